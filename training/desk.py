"""What waits for those who run sessions or were asked, and the days to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from members import desk, permissions
from members.models import User
from training import access
from training.models import Registration, TrainingSession
from vietnam.dates import local_day

State = TrainingSession.State
CLOSING = dt.timedelta(days=3)
FORGOTTEN = dt.timedelta(days=14)
MOST = 20
"""Sessions looked at; a desk with more tasks than that is not read anyway."""


class SessionTasks:
    """One line per session that needs a decision, a push, or its list today."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        yield from self._today(user, now)
        if permissions.may(user, "training.manage"):
            for session in self._near(user, now):
                yield from self._decisions(session, now)

    @staticmethod
    def _near(user: User, now: dt.datetime) -> QuerySet[TrainingSession]:
        """Not begun: public, or drafts that begin soon. With `pending_count`."""
        public = Q(state=State.PUBLISHED)
        forgotten = Q(state=State.DRAFT, starts_at__lt=now + FORGOTTEN)
        near = TrainingSession.objects.filter(public | forgotten, starts_at__gt=now)
        pending = Count("registrations", filter=Q(registrations__state="pending"))
        rows = permissions.scoped(near, user, "training.manage")
        return (
            rows.defer("description")
            .annotate(pending_count=pending)
            .order_by("starts_at", "id")[:MOST]
        )

    @staticmethod
    def _today(user: User, now: dt.datetime) -> Iterator[desk.Task]:
        midnight = dt.timedelta(days=1)
        rows = access.desks_of(user, now).filter(
            state=State.PUBLISHED, ends_at__gt=now, starts_at__lt=now + midnight
        )
        for session in rows.defer("description").order_by("starts_at", "id")[:MOST]:
            if local_day(session.starts_at) <= local_day(now):
                yield desk.Task(
                    label=_("Today's list: %(session)s") % {"session": session.title},
                    url=reverse("training:desk", args=[session.slug]),
                    count=session.confirmed,
                    due=session.starts_at,
                )

    @staticmethod
    def _decisions(session: TrainingSession, now: dt.datetime) -> Iterator[desk.Task]:
        name = {"session": session.title}
        page = reverse("admin:training_trainingsession_change", args=[session.pk])
        if session.state == State.DRAFT:
            label = _("Not public yet, and it begins soon: %(session)s") % name
            yield desk.Task(label=label, url=page, due=session.starts_at)
            return
        if session.pending_count:
            yield desk.Task(
                label=_("Sign-ups to decide on: %(session)s") % name,
                url=_sign_ups(session, "pending"),
                count=session.pending_count,
                due=session.starts_at,
            )
        closing = session.opens_at <= now < session.last_call < now + CLOSING
        if closing and session.places_left * 3 >= session.capacity:
            yield desk.Task(
                label=_("Sign-up closes soon, places are free: %(session)s") % name,
                url=page,
                count=session.places_left,
                due=session.last_call,
            )
        if session.line_length * 2 >= session.capacity:
            yield desk.Task(
                label=_("Long waiting list, think of another session: %(session)s")
                % name,
                url=_sign_ups(session, "waiting"),
                count=session.line_length,
                due=session.starts_at,
            )


class OfferTasks:
    """Places that were offered to somebody, or to the list they handed in."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not user.person_id:
            return
        open_offers = Registration.objects.filter(
            Q(person=user.person_id) | Q(group__made_by=user, group__together=True),
            state=Registration.State.OFFERED,
            offer_expires_at__gt=now,
            session__state=State.PUBLISHED,
        ).select_related("session", "group")
        seen = set()
        for one in open_offers.order_by("offer_expires_at", "pk"):
            by_list = one.answered_by_leader
            if by_list and (one.group.made_by_id != user.pk or one.group_id in seen):
                continue
            seen.add(one.group_id if by_list else None)
            yield self._task(one, by_list=by_list)

    @staticmethod
    def _task(one: Registration, *, by_list: bool) -> desk.Task:
        url = reverse("training:offer", args=[one.session.slug])
        label = _("Do you want this place? %(title)s")
        if by_list:
            page = reverse("training:group_offer", args=[one.session.slug])
            url = f"{page}?nhom={one.group_id}"
            label = _("Do you want the places for your list? %(title)s")
        title = {"title": one.session.title}
        return desk.Task(label=label % title, url=url, due=one.offer_expires_at)


class SessionsAhead:
    def ahead(
        self, user: User, now: dt.datetime, until: dt.datetime
    ) -> Iterator[desk.Moment]:
        if not permissions.may(user, "training.read"):
            return
        rows = TrainingSession.objects.filter(
            Q(starts_at__gte=now, starts_at__lt=until)
            | Q(closes_at__gte=now, closes_at__lt=until),
            state=State.PUBLISHED,
        )
        rows = permissions.scoped(rows, user, "training.read").defer("description")
        for session in rows.order_by("starts_at", "id")[:MOST]:
            url = reverse("admin:training_trainingsession_change", args=[session.pk])
            about = {"title": session.title, "url": url}
            closes, starts = session.last_call, session.starts_at
            yield desk.Moment(at=starts, what=_("Session begins"), **about)
            yield desk.Moment(at=closes, what=_("Sign-up closes"), **about)


def _sign_ups(session: TrainingSession, state: str) -> str:
    url = reverse("admin:training_registration_changelist")
    return f"{url}?session__id__exact={session.pk}&state__exact={state}"


def register() -> None:
    desk.registry.register("training", SessionTasks())
    desk.registry.register("training.offers", OfferTasks())
    desk.agenda.register("training", SessionsAhead())
