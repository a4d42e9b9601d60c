"""The demo, on whose pages the two languages are told apart."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pgtrigger
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.test import override_settings
from django.urls import reverse

from content import clock
from contests import joining
from contests.models import (
    Appeal,
    Contest,
    Entry,
    JudgeAssignment,
    Round,
    Shortlisted,
)
from contests.ranking import runs, shortlist
from contests.voting import actions as voting
from mail.models import Letter
from mail.preferences import unsubscribe_url
from members import guardians, inviting
from members.models import (
    Breach,
    BreachNotice,
    Consent,
    ConsentText,
    DataRequest,
    Person,
    Role,
    Unit,
    UnitChange,
    User,
)
from news.models import ArticleFile, Contribution, ContributionPicture, TrustedHost
from portal import demo
from teams.models import (
    DigitalTeam,
    HelpRequest,
    Nomination,
    Report,
    RosterRun,
    TeamMember,
)
from teams.reports import access as report_access
from tests.factories.contests import (
    DAY,
    AppealFactory,
    AuthorFactory,
    ContestFactory,
    CriterionFactory,
    EntryFactory,
    EntryFileFactory,
    InvitationFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    token_hash,
)
from tests.factories.mail import LetterFactory, PreferenceFactory, SuppressionFactory
from tests.factories.members import PersonFactory, SuperuserFactory
from tests.factories.news import ContributionFactory
from tests.factories.pictures import halves, saved
from tests.factories.teams import MemberFactory, TeamFactory
from tests.factories.voting import a_vote, a_work
from training import passes
from training.links import (
    asked_url,
    feedback_url,
    group_offer_url,
    objection_url,
    take_over_url,
)
from training.models import (
    Mark,
    Material,
    Registration,
    RegistrationGroup,
    TrainingSession,
)
from vietnam.dates import local_day

_TEXTS = (models.CharField, models.TextField, models.JSONField)
_PLAIN_D = str.maketrans("đĐ", "dD")


def load(now: dt.datetime, folder: Path) -> dict:
    """The demo and what it has none of; the accounts by role."""
    with override_settings(DEBUG=True, VAR=folder):
        people = demo.load(now=now).users
    people["superuser"] = SuperuserFactory()
    _rows_without_demo(people, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the lists are slow to the planner's first guess
    return people


def _rows_without_demo(people: dict, now: dt.datetime) -> None:
    """At least one row for every list of the admin, and work under way."""
    SuppressionFactory()
    PreferenceFactory()
    LetterFactory(failed=True)
    Group.objects.create(name="Nhom")
    RecoveryCodes.activate(people["superuser"])
    TrustedHost.objects.create(host="bao.example.com")
    story = ContributionFactory(sender=people["member"].person)
    file = SimpleUploadedFile("anh.jpg", saved(halves(), "JPEG"))
    ContributionPicture.objects.create(
        contribution=story, file=file, name="anh", width=40, height=30
    )
    entry = EntryFactory(owner=people["member"])
    AuthorFactory(entry=entry, person=people["member"].person)
    AuthorFactory(entry=entry, person=PersonFactory(birth_date=dt.date(2013, 9, 5)))
    EntryFileFactory(entry=entry)
    round_ = RoundFactory(starts_at=now - DAY, contest=entry.contest)
    CriterionFactory(round=round_)
    MemberFactory(team=TeamFactory(), person=people["member"].person, role="leader")
    handed_in = EntryFactory(contest=entry.contest, in_contest=True)
    EntryFileFactory(entry=handed_in, one_page=True)
    JudgeAssignmentFactory(round=round_, judge=people["judge"], entry=handed_in)
    AppealFactory(entry__owner=people["member"], entry__title="Loa thôn")
    _announced(now)


def _announced(now: dt.datetime) -> None:
    """A contest of which everybody knows who goes on."""
    contest = ContestFactory(opens_at=now - 60 * DAY, closes_at=now - 30 * DAY)
    round_ = RoundFactory(contest=contest, ends_at=now - 2 * DAY)
    CriterionFactory(round=round_)
    entry = EntryFactory(contest=contest, in_contest=True)
    run = runs.fix(round_id=round_.pk, by=None, now=now)
    Shortlisted.objects.create(round=round_, entry=entry, run=run)
    shortlist.announce(round_id=round_.pk, by=None, now=now)


def links(people: dict) -> list[str]:
    """Addresses that only letters tell."""
    now = clock.now()
    found = [urlsplit(unsubscribe_url("ai-do@example.com", "training.reminder")).path]
    for agrees in (False, True):
        child = PersonFactory(birth_date=dt.date(2013, 9, 5), full_name="Ly Thi Mai")
        guardians.ask(
            child=child,
            guardian_name="Hoang Thi Nga",
            relation="me",
            email=f"phu-huynh-{child.pk}@example.com",
            purpose=Consent.Purpose.TRAINING,
            matter="Lop tap huan",
            now=now,
        )
        token = _token()
        found.append(reverse("members:guardian_answer", args=[token]))
        if agrees:
            guardians.give(
                token=token, full_name="Hoang Thi Nga", relation="me", now=now
            )
            found.append(reverse("members:guardian_withdraw", args=[_token()]))
    inviting.invite(
        email="loi-moi@example.com",
        role=Role.EDITOR,
        unit=people["province_admin"].assignments.first().unit,
        by=people["province_admin"],
        now=now,
    )
    letter = Letter.objects.latest("pk")
    found.append(re.search(r"/ca-nhan/vai-tro/loi-moi/[\w-]+/", letter.text)[0])
    listed = Registration.objects.filter(group__isnull=False).first()
    objecting = urlsplit(objection_url(listed.session.slug, listed.code))
    found.append(f"{objecting.path}?{objecting.query}")
    asked = urlsplit(group_offer_url(listed.session.slug, listed.group.code))
    found.append(f"{asked.path}?{asked.query}")
    open_ = urlsplit(asked_url(listed.session.slug, listed.code))
    found.append(f"{open_.path}?{open_.query}")
    leader = TeamMember.objects.filter(role="leader", ends_on=None).first()
    report = report_access.link_for(leader, now=now)
    found.append(urlsplit(report_access.url(report)).path)
    thanked = urlsplit(feedback_url(listed.session.slug, listed.code))
    found += _requests_for_help()
    found += _invitations()
    found += _votes(now)
    announced = Contest.objects.filter(shortlist_at__isnull=False).earliest("pk")
    found.append(reverse("contests:shortlist", args=[announced.slug]))
    return [*found, f"{thanked.path}?{thanked.query}"]


def _votes(now: dt.datetime) -> list[str]:
    """A link that is to be pressed, one that takes back, one that was used."""
    contest = a_vote(now)
    tokens = []
    for picks in ([a_work(contest).pk], [], []):
        voting.ask_by_letter(
            contest_id=contest.pk,
            address="cu-tri@example.com",
            picks=picks,
            network="",
            now=now,
        )
        text = Letter.objects.latest("pk").text
        tokens.append(re.search(r"/binh-chon/([\w-]{40,})/", text)[1])
    voting.confirm(token=tokens[2], now=now)
    return [
        *(reverse("contests:vote_confirm", args=[contest.slug, one]) for one in tokens),
        *(
            reverse(f"contests:{name}", args=[contest.slug])
            for name in ("vote_sent", "vote_confirmed")
        ),
    ]


def _invitations() -> list[str]:
    """One to be answered, one that a child accepted, one that was taken back."""
    contest = ContestFactory()
    tokens = [secrets.token_urlsafe(32) for _number in range(3)]
    for token in tokens:
        entry = EntryFactory(contest=contest)
        InvitationFactory(entry=entry, token_hash=token_hash(token))
    joining.accept(
        token=tokens[1],
        full_name="Ly Thi Mai",
        birth_date=dt.date(2013, 9, 5),
        school="THCS",
        publish_name=False,
        user=None,
        now=clock.now(),
    )
    joining.decline(token=tokens[2], now=clock.now())
    return [
        *(reverse("contests:invitation", args=[text]) for text in tokens),
        reverse("contests:not_joined"),
    ]


def _token() -> str:
    return re.search(
        r"/giam-ho/(?:rut/)?([\w-]{40,})/", Letter.objects.latest("pk").text
    )[1]


def addresses_of(who: str, people: dict) -> list[str]:
    """Pages of this reader that no link of the walk leads to."""
    if who == "member":
        mine = Entry.objects.filter(owner=people["member"], title__startswith="Tr")
        entry = mine.exclude(authors=None).earliest("pk")
        child = entry.authors.last()
        steps = ("entry", "about", "authors", "files", "withdraw")
        found = [reverse(f"contests:{name}", args=[entry.code]) for name in steps]
        story = Contribution.objects.filter(sender__user=people["member"]).latest("pk")
        found += [
            reverse(f"news:{name}", args=[story.pk])
            for name in ("contribution", "story_withdraw", "story_guardian")
        ]
        picture = [story.pk, story.pictures.get().pk]
        found.append(reverse("news:story_picture", args=picture))
        found.append(reverse("news:file", args=[ArticleFile.objects.latest("pk").key]))
        found += [_place_to_take(), _own_place(people["member"])]
        appeal = Appeal.objects.latest("pk")
        found.append(reverse("contests:appeal", args=[appeal.entry.code]))
        team = DigitalTeam.objects.latest("pk")
        found += [
            reverse("teams:help_list"),
            reverse("teams:help_team", args=[team.pk]),
        ]
        found += [
            reverse(f"contests:{name}", args=[entry.code])
            for name in ("invite", "versions")
        ]
        return [
            *found,
            reverse("contests:guardian", args=[entry.code, child.pk]),
            reverse("contests:paper", args=[entry.code, child.pk]),
        ]
    if who == "team_leader":
        return list(_reports(people["team_leader"]))
    if who == "judge":
        task = JudgeAssignment.objects.filter(judge=people["judge"]).latest("pk")
        return [
            *(
                reverse(f"judging:{name}", args=[task.pk])
                for name in ("assignment", "conflict")
            ),
            reverse("judging:read", args=[task.pk, 1]),
        ]
    if who == "unit_secretary":
        group = RegistrationGroup.objects.latest("pk")
        slug = group.session.slug
        return [
            reverse("training:enrol", args=[slug]),
            reverse("training:group", args=[slug, group.code]),
        ]
    if who == "superuser":
        one, other = Person.objects.order_by("-pk")[:2]
        return [
            *_changes_of_units(),
            *_breaches(),
            *_admin_addresses(),
            *_session_addresses(),
            *_contest_addresses(),
            *_desk_addresses(),
            *_reports_of_teams(),
            *_team_addresses(),
            reverse("admin:members_person_merge", args=[f"{one.pk}-{other.pk}"]),
            *_data_requests(),
        ]
    return []


def _changes_of_units() -> Iterator[str]:
    """The page of each verb, and one change that waits."""
    unit = Unit.objects.filter(valid_to=None, children=None).earliest("pk")
    UnitChange.objects.get_or_create(
        unit=unit,
        kind="dissolve",
        date=dt.date(2026, 12, 31),
        decision_number="1-QD",
        decided_on=dt.date(2026, 11, 20),
        defaults={"planned_at": clock.now()},
    )
    for verb in ("merge", "split", "rename", "dissolve"):
        yield f"{reverse(f'admin:members_unitchange_{verb}')}?unit={unit.pk}"


def _breaches() -> Iterator[str]:
    """Whom one touched, the letter to them, and how far the letters are."""
    for breach in Breach.objects.all():
        for page in ("people", "letter"):
            yield reverse(f"admin:members_breach_{page}", args=[breach.pk])
    BreachNotice.objects.get_or_create(
        breach=Breach.objects.earliest("known_at"),
        state=BreachNotice.State.WAITING,
        defaults={"words": "Doi mat khau", "people": 3, "asked_at": clock.now()},
    )


def _data_requests() -> Iterator[str]:
    """What staff do about a request, and the dry run of a deletion."""
    asked = DataRequest.objects.open().get(kind="delete", way="spoken")
    for page in ("answer", "extend", "erase"):
        yield reverse(f"admin:members_datarequest_{page}", args=[asked.pk])


def _reports(leader) -> Iterator[str]:
    """A report in each state, a month to come, and one's letter of thanks."""
    (team,) = report_access.teams_led(leader, on=local_day(clock.now()))
    yield reverse("teams:report_team", args=[team.pk])
    for month in ("2026-11", "2026-10", "2026-09", "2027-01"):
        yield reverse("teams:report_month", args=[team.pk, month])


def _reports_of_teams() -> Iterator[str]:
    """What the commune does about reports, and the choice of a team."""
    team = DigitalTeam.objects.filter(memberships__role="leader").first()
    yield reverse("admin:teams_report_link", args=[team.pk])
    yield reverse("admin:teams_report_late")
    yield reverse("admin:teams_recognition_ranking")
    for state in ("sent", "accepted", "returned"):
        row = Report.objects.filter(state=state).first()
        yield reverse("admin:teams_report_change", args=[row.pk])


def _requests_for_help() -> Iterator[str]:
    """One in each state, by the code that only its page told."""
    yield reverse("teams:help_find")
    for request in HelpRequest.objects.order_by("pk"):
        yield reverse("teams:help_request", args=[request.code])


def _own_place(member) -> str:
    """Where the member would hand their place on."""
    sign_up = Registration.objects.live().filter(person=member.person).first()
    return reverse("training:hand_on", args=[sign_up.session.slug])


def _place_to_take() -> str:
    """The link that somebody with a place passes on."""
    placed = Registration.objects.confirmed().filter(session__points__isnull=False)
    sign_up = placed.select_related("session").first()
    return take_over_url(sign_up.session.slug, sign_up.code).removeprefix(
        settings.SITE_URL
    )


def _session_addresses() -> Iterator[str]:
    """What is done to a session as a whole, and to one place of it."""
    pending = Registration.objects.pending().select_related("session").first()
    for page in ("approve", "copy", "places", "quotas", "cancel"):
        name = f"admin:training_trainingsession_{page}"
        yield reverse(name, args=[pending.session_id])
    paper = Material.objects.exclude(file="").select_related("session").first()
    yield paper.get_absolute_url()
    placed = Registration.objects.confirmed().select_related("session").first()
    yield reverse("training:name_somebody", args=[placed.session.slug, placed.code])


def _contest_addresses() -> Iterator[str]:
    """The desks of a contest that is being judged, and what is changed there."""
    round_ = Round.objects.exclude(criteria=None).latest("pk")
    for page in ("judging", "ranking", "certificates", "copy"):
        yield reverse(f"admin:contests_contest_{page}", args=[round_.contest_id])
    yield reverse("admin:contests_round_weights", args=[round_.pk])
    voted = Contest.objects.exclude(vote_opens_at=None).earliest("pk")
    yield reverse("admin:contests_contest_vote", args=[voted.pk])
    appeal = Appeal.objects.latest("pk")
    yield reverse("admin:contests_appeal_answer", args=[appeal.pk])


def _desk_addresses() -> Iterator[str]:
    """The desk of a session that is going on, and a code that was shown there."""
    session = Mark.objects.open_clashes()[0].registration.session
    for name in ("desk", "desk_walk_in", "desk_tick", "desk_staff"):
        yield reverse(f"training:{name}", args=[session.slug])
    for sign_up in session.registrations.order_by("pk")[:2]:
        yield reverse("training:pass", args=[passes.token(sign_up.code)])
    online = TrainingSession.objects.filter(mode="online").earliest("pk")
    yield reverse("training:host_code", args=[online.slug])


def _team_addresses() -> Iterator[str]:
    """What may happen to a member and to a nomination; a list at work."""
    member = TeamMember.objects.latest("pk")
    for verb in ("move", "role", "end", "return"):
        yield reverse(f"admin:teams_teammember_{verb}", args=[member.pk])
    one = Nomination.objects.latest("pk")
    yield reverse("admin:teams_nomination_propose", args=[one.team_id])
    for verb in ("confirm", "return", "withdraw"):
        yield reverse(f"admin:teams_nomination_{verb}", args=[one.pk])
    run, _made = RosterRun.objects.get_or_create(
        token="x",  # the walk comes by once in each language
        defaults={
            "user": User.objects.get(is_superuser=True),
            "rows": 7000,
            "asked_at": one.proposed_at,
        },
    )
    yield reverse("admin:teams_roster_run", args=[run.pk])


def _admin_addresses() -> Iterator[str]:
    """Every page of one row of every list, and a search without a result."""
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist") + "?q=zzzz"
        row = model._base_manager.first()
        if row is not None:
            for page in ("change", "delete", "history"):
                yield reverse(f"{name}_{page}", args=[quote(row.pk)])
        yield reverse("admin:app_list", args=[model._meta.app_label])


def content() -> Iterator[str]:
    """Every text in the database, but the English words beside boxes of consent."""
    for model, names in _text_columns():
        rows = model._base_manager.all()
        if model is ConsentText:
            rows = rows.exclude(language="en")
        for row in rows.values_list(*names):
            for value in row:
                yield from _strings(value)


def take_the_accents_off() -> None:
    """Leave no Vietnamese letter in the database: what still shows is the page's."""
    with pgtrigger.ignore():  # the history takes no changes otherwise
        _take_them_off()


def _take_them_off() -> None:
    for model, names in _text_columns():
        changed = []
        for row in model._base_manager.only("pk", *names):
            values = {name: getattr(row, name) for name in names}
            plain = {name: without_accents(value) for name, value in values.items()}
            if plain != values:
                for name, value in plain.items():
                    setattr(row, name, value)
                changed.append(row)
        model._base_manager.bulk_update(changed, names, batch_size=500)


def without_accents(value: Any) -> Any:
    if isinstance(value, str):
        parts = unicodedata.normalize("NFD", value.translate(_PLAIN_D))
        bare = "".join(char for char in parts if not unicodedata.combining(char))
        return unicodedata.normalize("NFC", bare)
    if isinstance(value, dict):
        return {key: without_accents(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_accents(one) for one in value]
    return value


def _text_columns() -> Iterator[tuple[type[models.Model], list[str]]]:
    for model in apps.get_models():
        meta = model._meta
        if meta.proxy or not meta.managed:
            continue
        names = [
            field.attname
            for field in meta.concrete_fields
            if isinstance(field, _TEXTS)
            and not field.primary_key
            and not isinstance(field, models.GeneratedField)
            and not field.choices
        ]
        if names:
            yield model, names


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
