"""Everything that changes a request for help; each locks the row and asks again."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from members import cards, consent_texts
from members.models import Unit
from teams.help import letters, routing, rules
from teams.help.rules import HelpRefusal, Refused
from teams.models import DigitalTeam, HelpRequest, HelpTopic
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

State = HelpRequest.State
Why = HelpRequest.Why
CODE_LENGTH = cards.LENGTH
BATCH = 200


def send(
    *,
    name: str,
    phone: str,
    commune: Unit,
    topic: HelpTopic,
    press: str,
    now: dt.datetime,
    area: str = "",
    prefers: str = "",
) -> HelpRequest:
    """Put a request before the team of the area, or the commune where none is.

    `press` names the form that was sent: sent twice is once, with one code.
    """
    if sent := HelpRequest.objects.filter(press=press).first():
        return sent
    team = routing.team_for(commune, area, on=local_day(now))
    try:
        with transaction.atomic():
            request = HelpRequest.objects.create(
                code=cards.draw(CODE_LENGTH),
                press=press,
                name=name,
                phone=phone,
                commune=commune,
                area=area,
                topic=topic,
                prefers=prefers,
                agreed_version=consent_texts.stamp("teams.help"),
                team=team,
                why_commune="" if team else Why.NO_TEAM,
                sent_at=now,
                moved_at=now,
            )
            letters.tell(request, now=now)
    except IntegrityError:
        # The second press of the same form, at the same moment.
        return HelpRequest.objects.get(press=press)
    logger.info("help request %s goes to team %s", request.pk, team and team.pk)
    return request


def note(
    *,
    request: HelpRequest,
    outcome: State,
    seen: int,
    now: dt.datetime,
    by_team: DigitalTeam | None = None,
) -> HelpRequest:
    """Write down what came of a call. Raises Refused.

    `seen` is the number of calls that whoever presses had before their eyes: a second
    click changes nothing, and of two people who called at once the later one looks
    again. `by_team` is the team that says so; without one it is the commune.
    """
    with transaction.atomic():
        request = _locked(request)
        if by_team:
            _insist(rules.why_not_by_team(request, by_team))
        if request.state == outcome and request.calls == seen + 1:
            return request
        _insist(rules.why_not_note(request, outcome, seen=seen))
        request.state, request.moved_at = outcome, now
        request.calls += 1
        request.save(update_fields=["state", "moved_at", "calls"])
    return request


def pass_on(
    *, request: HelpRequest, by_team: DigitalTeam, now: dt.datetime
) -> HelpRequest:
    """The team hands it to the commune. Raises Refused; done twice is done once."""
    with transaction.atomic():
        request = _locked(request)
        if request.why_commune == Why.PASSED_ON and request.team_id == by_team.pk:
            return request
        _insist(rules.why_not_by_team(request, by_team))
        _insist(rules.why_not_pass_on(request))
        _to_commune(request, Why.PASSED_ON, now)
    return request


def pass_on_silent(*, now: dt.datetime) -> int:
    """Hand to the commune what a team has been silent about for two days.

    And what a team had that is no more. Asked of the rows, not scheduled: a sweep
    that was missed is made up by the next, and two at once share the rows between
    them. The number handed on.
    """
    requests = HelpRequest.objects
    return _hand_on(requests.silent(now - rules.SILENCE), Why.SILENT, now) + _hand_on(
        requests.orphaned(local_day(now)), Why.NO_TEAM, now
    )


def _hand_on(rows: QuerySet[HelpRequest], why: Why, now: dt.datetime) -> int:
    done = 0
    while True:
        with transaction.atomic():
            free = rows.select_for_update(of=("self",), skip_locked=True)
            batch = list(free.select_related("commune", "topic", "team")[:BATCH])
            for request in batch:
                _to_commune(request, why, now)
        done += len(batch)
        if len(batch) < BATCH:
            return done


def give_to(
    *, request: HelpRequest, team: DigitalTeam, now: dt.datetime
) -> HelpRequest:
    """The commune gives it to a team. Raises Refused; done twice is done once."""
    with transaction.atomic():
        request = _locked(request)
        if request.team_id == team.pk and not request.with_commune:
            return request
        _insist(rules.why_not_give_to(request, team, on=local_day(now)))
        request.team, request.why_commune = team, ""
        request.state, request.moved_at = State.WAITING, now
        request.save()
        letters.tell(request, now=now)
    return request


def withdraw(*, request: HelpRequest, now: dt.datetime) -> HelpRequest:
    """Whoever asked takes it back: name and number go at once. Raises Refused."""
    with transaction.atomic():
        request = _locked(request)
        if request.state == State.WITHDRAWN:
            return request
        if State.WITHDRAWN not in HelpRequest.MOVES[State(request.state)]:
            raise Refused(HelpRefusal.ENDED)
        request.state, request.moved_at = State.WITHDRAWN, now
        request.name = request.phone = request.area = ""
        request.save()
    return request


def purge(*, now: dt.datetime) -> int:
    """Delete what was sent more than 90 days ago; the number deleted."""
    return HelpRequest.objects.filter(sent_at__lt=now - rules.KEPT).delete()[0]


def _to_commune(request: HelpRequest, why: Why, now: dt.datetime) -> None:
    request.why_commune, request.moved_at = why, now
    request.save(update_fields=["why_commune", "moved_at"])
    letters.tell(request, now=now)
    logger.info("help request %s goes to the commune: %s", request.pk, why)


def _locked(request: HelpRequest) -> HelpRequest:
    rows = HelpRequest.objects.select_for_update(of=("self",))
    return rows.select_related("commune", "topic", "team").get(pk=request.pk)


def _insist(refusal: HelpRefusal | None) -> None:
    if refusal:
        raise Refused(refusal)
