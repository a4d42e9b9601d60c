"""What a person's sign-ups mean elsewhere: my page, their data, merged records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content import pagecache
from members import access_log, consents, merge, privacy, succession, timeline
from members.models import Person, Unit, UnitSuccession
from training import answers, quotas
from training.freshness import AREA
from training.locks import Busy, Refused
from training.models import (
    Answer,
    Registration,
    RegistrationGroup,
    Series,
    TrainingSession,
)
from training.steps import mine_in_words

State = Registration.State
LATELY = dt.timedelta(days=365)


class SignUpEntries:
    """My page: sessions ahead, and those of the last year."""

    def entries(self, person: Person, now: dt.datetime) -> Iterator[timeline.Entry]:
        sign_ups = (
            Registration.objects.of(person)
            .filter(session__starts_at__gt=now - LATELY)
            .exclude(state=State.REJECTED, session__starts_at__lte=now)
            .with_people_ahead()
            .select_related("session__unit", "group", "point")
        )
        for sign_up in sign_ups:
            yield self._entry(sign_up, now)

    @staticmethod
    def _entry(sign_up: Registration, now: dt.datetime) -> timeline.Entry:
        session = sign_up.session
        state, text = sign_up.state, ""
        if session.state == TrainingSession.State.CANCELLED:
            state, text = "cancelled", _("Session cancelled")
        elif session.ends_at <= now and sign_up.state in Registration.LIVE:
            state = "over"
        elif sign_up.state in {State.WAITING, State.OFFERED}:
            text = mine_in_words(sign_up)
        return timeline.Entry(
            at=session.starts_at,
            ongoing=session.ends_at > now and sign_up.state in Registration.LIVE,
            title=session.title,
            url=reverse("training:register", args=[session.slug])
            if sign_up.state in Registration.LIVE
            else session.get_absolute_url(),
            kind=_("Training"),
            state=state,
            state_text=text,
            note=sign_up.point.name if sign_up.point else session.venue,
        )


class SignUpHolder:
    """Sign-ups are handed out; what is over stays as a figure without a name."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        sign_ups = (
            Registration.objects.of(person)
            .select_related("session", "point")
            .prefetch_related("answers__question")
        )
        return [
            {
                "session": sign_up.session.title,
                "starts_at": sign_up.session.starts_at.isoformat(),
                "state": sign_up.get_state_display(),
                "unit": sign_up.unit_name,
                "position": sign_up.position,
                "note": sign_up.note,
                "why_not_there": sign_up.excuse,
                "registered_at": sign_up.registered_at.isoformat(),
                "cancelled_at": sign_up.cancelled_at
                and sign_up.cancelled_at.isoformat(),
                "room": str(sign_up.point) if sign_up.point else "",
                "answers": {
                    answer.question.text: answer.words
                    for answer in sign_up.answers.all()
                },
            }
            for sign_up in sign_ups.order_by("registered_at", "id")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        """Give back what is still ahead, then keep nothing that tells who it was."""
        from training import actions

        ahead = Registration.objects.of(person).live()
        for sign_up in ahead.filter(session__starts_at__gt=now):
            actions.cancel(registration_id=sign_up.pk, by=None, now=now, tell=False)
        mine = Registration.objects.of(person)
        answers.remove(Answer.objects.filter(registration__in=mine))
        mine.update(
            identity="",
            registered_by=None,
            excuse="",
            position="",
            note="",
        )

    def files(self, person: Person) -> Iterator[tuple[str, Any]]:
        """What the person handed in with an answer."""
        rows = Answer.objects.filter(registration__person=person).exclude(file="")
        return ((row.name, row.file) for row in rows.order_by("pk"))


class MergeSignUps:
    """Where both records are signed up for a session, the better sign-up stays."""

    ORDER = (State.CONFIRMED, State.OFFERED, State.WAITING, State.PENDING)

    def merge(self, keep: Person, drop: Person) -> None:
        from content import clock
        from training import actions

        for sign_up in Registration.objects.of(drop).order_by("id"):
            rival = (
                Registration.objects.of(keep)
                .live()
                .filter(session=sign_up.session_id)
                .first()
            )
            if rival and sign_up.state in Registration.LIVE:
                loser = max(sign_up, rival, key=lambda one: self._rank(one))
                actions.withdraw_double(registration_id=loser.pk, now=clock.now())
            Registration.objects.filter(pk=sign_up.pk).update(person=keep)

    def _rank(self, sign_up: Registration) -> tuple[int, int]:
        return self.ORDER.index(State(sign_up.state)), sign_up.place or 0


class SessionsOfUnits:
    """Sessions that lie ahead go over to the heir; the past stays as it was."""

    def succeed(
        self,
        *,
        old: Unit,
        new: Unit | None,
        kind: UnitSuccession.Kind,
        date: dt.date,
        now: dt.datetime,
    ) -> list[succession.Moved]:
        if new is None:
            return []
        ahead = TrainingSession.objects.filter(ends_at__gt=now)
        hosted = ahead.filter(unit=old).update(unit=new)
        meant = ahead.filter(audience_unit=old).update(audience_unit=new)
        series = Series.objects.filter(unit=old).update(unit=new)
        lists = RegistrationGroup.objects.filter(session__ends_at__gt=now, unit=old)
        lists.update(unit=new)
        try:
            kept, sign_ups = quotas.pass_on(old=old, new=new, now=now)
        except Refused as refused:
            raise succession.Blocked(refused.refusal.label) from refused
        except Busy as busy:
            raise succession.Busy from busy
        pagecache.touch(AREA)
        return [
            succession.Moved(_("Training sessions ahead"), hosted),
            succession.Moved(_("Sessions that are for this unit only"), meant),
            succession.Moved(_("Series of sessions"), series),
            succession.Moved(_("Quotas of places"), kept),
            succession.Moved(_("Sign-ups for sessions ahead"), sign_ups),
        ]


def register() -> None:
    access_log.kinds.register("training.list", gettext_lazy("List of participants"))
    access_log.kinds.register("training.sheet", gettext_lazy("Sheet to sign"))
    access_log.kinds.register("training.untrained", gettext_lazy("Not trained yet"))
    access_log.kinds.register("training.answer", gettext_lazy("File of a sign-up"))
    timeline.registry.register("training", SignUpEntries())
    privacy.registry.register("training.registration", SignUpHolder())
    merge.registry.register("training.registration", MergeSignUps())
    succession.registry.register("training.trainingsession", SessionsOfUnits())
    consents.matters.register("training.session", consents.title_in(TrainingSession))
