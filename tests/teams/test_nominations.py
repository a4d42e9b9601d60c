"""A secretary proposes, the commune confirms or says what speaks against it."""

import datetime as dt

import pytest
import time_machine

from mail.models import Letter
from members import desk, merge, privacy
from members.models import Person
from members.models import Role as Right
from teams import coverage
from teams.models import Nomination, TeamMember
from teams.nominations import actions, letters, rules
from teams.nominations.rules import NominationRefusal, NominationRefused
from teams.rules import Refusal
from tests.factories.members import AssignmentFactory, PersonFactory
from tests.factories.teams import (
    MemberFactory,
    NominationFactory,
    TeamFactory,
    union_member,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
LIST = "/quan-tri/teams/nomination/"
Role, State = TeamMember.Role, Nomination.State


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def branch(tree):
    """The secretary of one branch."""
    return AssignmentFactory(role=Right.UNIT_SECRETARY, unit=tree["na-tu"]).user


@pytest.fixture
def commune(tree):
    return AssignmentFactory(role=Right.UNIT_SECRETARY, unit=tree["cam-giang"]).user


@pytest.fixture
def gap(tree):
    """A team in which nobody is of the Union."""
    return MemberFactory(team=TeamFactory(unit=tree["na-tu"], name="Tổ Nà Tu")).team


@pytest.fixture
def person(tree):
    return PersonFactory(unit=tree["na-tu"], full_name="Nông Thị Sen")


def refusal(verb, **arguments):
    with pytest.raises(NominationRefused) as info:
        verb(**arguments)
    return info.value.reason


def letters_of(kind):
    return list(Letter.objects.filter(kind=kind).values_list("address", flat=True))


# --- The verbs ---


def test_confirmed_the_person_is_a_union_member_and_the_gap_is_closed(
    gap, person, branch, commune, now
):
    one = actions.propose(team=gap, person=person, by=branch, now=now)
    assert coverage.figure(now).covered == 0
    actions.confirm(nomination=one, by=commune, now=now)
    member = gap.memberships.get(person=person)
    assert (member.is_union_member, member.starts_on) == (True, TODAY)
    assert coverage.figure(now).covered == 1
    one.refresh_from_db()
    assert (one.state, one.decided_by, one.decided_at) == ("confirmed", commune, now)


def test_done_twice_is_done_once(gap, person, branch, commune, now):
    first = actions.propose(team=gap, person=person, by=branch, now=now)
    assert actions.propose(team=gap, person=person, by=branch, now=now) == first
    for _each in range(2):
        actions.confirm(nomination=first, by=commune, now=now)
    assert gap.memberships.filter(person=person).count() == 1
    assert len(letters_of(letters.CONFIRMED)) == 1


def test_each_move_that_is_not_in_the_table_is_refused(gap, branch, commune, now):
    for state in State:
        for verb, target in (
            (lambda n: actions.send_back(nomination=n, reason="x", by=commune, now=now),
             State.RETURNED),
            (lambda n: actions.withdraw(nomination=n, by=branch, now=now),
             State.WITHDRAWN),
        ):  # fmt: skip
            one = NominationFactory(
                team=gap,
                state=state,
                proposed_by=branch,
                decided_at=None if state == State.PROPOSED else now,
                reason="x",
            )
            if target in Nomination.MOVES[state]:
                verb(one)
                one.refresh_from_db()
                assert one.state == target
                continue
            with pytest.raises(NominationRefused) as info:
                verb(one)
            assert info.value.reason == NominationRefusal.DECIDED


def test_the_branch_does_not_confirm_its_own(gap, person, branch, now):
    one = actions.propose(team=gap, person=person, by=branch, now=now)
    reason = refusal(actions.confirm, nomination=one, by=branch, now=now)
    assert reason == NominationRefusal.NOT_THE_COMMUNE
    assert not gap.memberships.filter(person=person).exists()


def test_nor_does_another_commune(gap, person, branch, tree, now):
    one = actions.propose(team=gap, person=person, by=branch, now=now)
    other = AssignmentFactory(role=Right.TEAM_COORDINATOR, unit=tree["con-minh"]).user
    for verb, more in ((actions.confirm, {}), (actions.send_back, {"reason": "x"})):
        reason = refusal(verb, nomination=one, by=other, now=now, **more)
        assert reason == NominationRefusal.NOT_THE_COMMUNE


def test_a_team_that_has_one_needs_none(branch, person, tree, now):
    team = union_member(team=TeamFactory(unit=tree["na-tu"])).team
    reason = refusal(actions.propose, team=team, person=person, by=branch, now=now)
    assert reason == NominationRefusal.NOT_NEEDED


def test_a_team_without_anybody_needs_one(branch, person, tree, now):
    team = TeamFactory(unit=tree["na-tu"])
    assert actions.propose(team=team, person=person, by=branch, now=now).pk


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"active_to": TODAY - DAY}, Refusal.TEAM_ENDED),
        ({"unit": None}, NominationRefusal.NOT_YOURS),
    ],
)
def test_why_nobody_can_be_proposed(branch, person, tree, now, fields, expected):
    unit = tree["con-minh"] if "unit" in fields else tree["na-tu"]
    team = TeamFactory(**fields | {"unit": unit})
    reason = refusal(actions.propose, team=team, person=person, by=branch, now=now)
    assert reason == expected


def test_who_is_proposed_by_somebody_else_or_in_the_team_is_refused(
    gap, person, branch, commune, now
):
    actions.propose(team=gap, person=person, by=branch, now=now)
    again = refusal(actions.propose, team=gap, person=person, by=commune, now=now)
    assert again == NominationRefusal.OPEN
    inside = gap.memberships.get().person
    reason = refusal(actions.propose, team=gap, person=inside, by=branch, now=now)
    assert reason == Refusal.ALREADY_IN


def test_the_same_role_elsewhere_is_asked(gap, person, branch, now):
    MemberFactory(person=person)
    reason = refusal(actions.propose, team=gap, person=person, by=branch, now=now)
    assert reason == Refusal.SAME_ROLE
    assert actions.propose(team=gap, person=person, by=branch, now=now, in_both=True)


def test_what_changed_meanwhile_is_told_and_nothing_is_written(
    gap, person, branch, commune, now
):
    one = actions.propose(team=gap, person=person, role=Role.LEADER, by=branch, now=now)
    MemberFactory(team=gap, role="leader")
    reason = refusal(actions.confirm, nomination=one, by=commune, now=now)
    assert reason == Refusal.HAS_LEADER
    one.refresh_from_db()
    assert one.state == State.PROPOSED


def test_giving_back_takes_a_reason(gap, person, branch, commune, now):
    one = actions.propose(team=gap, person=person, by=branch, now=now)
    reason = refusal(
        actions.send_back, nomination=one, reason="  ", by=commune, now=now
    )
    assert reason == NominationRefusal.NO_REASON
    actions.send_back(nomination=one, reason="Đang đi học xa.", by=commune, now=now)
    assert letters_of(letters.RETURNED) == [branch.email]
    letter = Letter.objects.get(kind=letters.RETURNED)
    assert "Đang đi học xa." in letter.text


def test_somebody_nobody_knew_is_kept_only_with_the_nomination(gap, branch, now):
    new = Person(full_name="Lý Văn Mới", unit=gap.unit)
    MemberFactory(team=gap, role="leader")
    reason = refusal(
        actions.propose, team=gap, person=new, role=Role.LEADER, by=branch, now=now
    )
    assert reason == Refusal.HAS_LEADER
    assert not Person.objects.filter(full_name="Lý Văn Mới").exists()


# --- Letters, desk, people ---


def test_the_commune_hears_of_it_and_the_proposer_does_not_write_to_themselves(
    gap, person, branch, commune, tree, now
):
    coordinator = AssignmentFactory(
        role=Right.TEAM_COORDINATOR, unit=tree["cam-giang"]
    ).user
    AssignmentFactory(role=Right.TEAM_COORDINATOR, unit=tree["con-minh"])
    actions.propose(team=gap, person=person, by=branch, now=now)
    assert sorted(letters_of(letters.PROPOSED)) == sorted(
        [commune.email, coordinator.email]
    )
    other = PersonFactory(unit=tree["na-tu"])
    actions.propose(team=gap, person=other, by=commune, now=now)
    assert letters_of(letters.PROPOSED).count(commune.email) == 1


def test_where_the_commune_has_nobody_those_above_decide(
    gap, person, branch, coordinator, now
):
    actions.propose(team=gap, person=person, by=branch, now=now)
    assert letters_of(letters.PROPOSED) == [coordinator.email]


def test_a_decided_nomination_makes_its_letter_untrue(
    gap, person, branch, commune, now
):
    one = actions.propose(team=gap, person=person, by=branch, now=now)
    letter = Letter.objects.get(kind=letters.PROPOSED)
    assert letters.recheck_proposed(letter, now) == letters.kinds.KEEP
    actions.confirm(nomination=one, by=commune, now=now)
    assert letters.recheck_proposed(letter, now) != letters.kinds.KEEP


def waits(user, now) -> dict[str, int]:
    return {t.url.partition("?")[2]: t.count for t in desk.tasks(user, now)}


def test_it_waits_on_the_desk_of_the_commune_and_comes_back_to_the_branch(
    gap, person, branch, commune, now
):
    to_decide, came_back = (
        "mine=decide&state__exact=proposed",
        "mine=proposed&state__exact=returned",
    )
    one = actions.propose(team=gap, person=person, by=branch, now=now)
    assert waits(commune, now)[to_decide] == 1
    assert to_decide not in waits(branch, now)
    actions.send_back(nomination=one, reason="x", by=commune, now=now)
    assert waits(branch, now)[came_back] == 1
    assert to_decide not in waits(commune, now)
    # Somebody else is proposed: the ball is with the commune again.
    other = PersonFactory(unit=gap.unit)
    actions.propose(team=gap, person=other, by=branch, now=now)
    assert came_back not in waits(branch, now)


def test_a_person_gets_what_was_proposed_and_is_forgotten(gap, person, branch, now):
    actions.propose(team=gap, person=person, by=branch, note="Giỏi máy tính", now=now)
    (told,) = privacy.export_person(person)["teams.nomination"]
    assert (told["team"], told["note"]) == ("Tổ Nà Tu", "Giỏi máy tính")
    privacy.erase_person(person=person, now=now)
    assert not Nomination.objects.exists()


def test_two_records_of_one_person_leave_one_open_nomination(gap, now):
    keep = PersonFactory(full_name="Lý Văn A", birth_date=None, birth_year=None)
    drop = PersonFactory(full_name="Lý Văn A", birth_date=None, birth_year=None)
    for person in (keep, drop):
        NominationFactory(team=gap, person=person)
    elsewhere = NominationFactory(person=drop)
    merge.merge_people(keep=keep, drop=drop, now=now)
    assert gap.nominations.get().person == keep
    elsewhere.refresh_from_db()
    assert elsewhere.person == keep


# --- The pages ---


def propose_page(client, team, **data):
    return client.post(f"{LIST}to/{team.pk}/", {"role": "member"} | data)


def test_a_typed_person_who_is_known_is_recognised(client, gap, person, branch):
    client.force_login(branch)
    Person.objects.filter(pk=person.pk).update(birth_date=None, birth_year=2001)
    page = propose_page(client, gap, full_name="nong thi sen", born="2001")
    assert page.status_code == 302
    assert Nomination.objects.get().person == person
    assert Person.objects.filter(folded_name=person.folded_name).count() == 1


def test_a_doubt_is_asked(client, gap, branch, tree):
    known = PersonFactory(
        full_name="Nông Thị Sen", unit=tree["na-tu"], birth_date=None, birth_year=None
    )
    client.force_login(branch)
    page = propose_page(client, gap, full_name="Nông Thị Sen", born="2001")
    assert f'value="p{known.pk}"' in page.content.decode()
    assert not Nomination.objects.exists()
    for meant, expected in ((f"p{known.pk}", known), ("new", None)):
        propose_page(client, gap, full_name="Nông Thị Sen", born="2001", meant=meant)
        person = Nomination.objects.latest("pk").person
        assert person == expected if expected else person.birth_year == 2001


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"full_name": "Sen"},
        {"full_name": "Nông Thị Sen", "born": "31/02/2001"},
        {"full_name": "Nông Thị Sen", "phone": "0912"},
    ],
)
def test_bad_input_is_given_back_with_a_sentence(client, gap, branch, typed):
    client.force_login(branch)
    page = propose_page(client, gap, **typed)
    assert page.status_code == 200
    assert page.context["form"].errors
    for value in typed.values():
        assert value in page.content.decode()
    assert not Nomination.objects.exists()


def test_the_pages_are_scoped(client, gap, person, branch, tree, now):
    one = actions.propose(team=gap, person=person, by=branch, now=now)
    stranger = AssignmentFactory(role=Right.UNIT_SECRETARY, unit=tree["con-minh"]).user
    client.force_login(stranger)
    assert propose_page(client, gap, full_name="Lý Văn A").status_code == 404
    for verb in ("xac-nhan", "tra-lai", "rut"):
        assert client.post(f"{LIST}{one.pk}/{verb}/").status_code == 404
    # Somebody of another commune cannot be chosen.
    elsewhere = PersonFactory(unit=tree["con-minh"])
    client.force_login(branch)
    page = propose_page(client, gap, person=elsewhere.pk)
    assert "person" in page.context["form"].errors


def test_the_branch_sees_no_button_to_confirm(client, gap, person, branch, now):
    one = actions.propose(team=gap, person=person, by=branch, now=now)
    client.force_login(branch)
    html = client.get(f"{LIST}{one.pk}/change/").content.decode()
    assert "xac-nhan" not in html
    assert "rut/" in html
    client.post(f"{LIST}{one.pk}/xac-nhan/")
    one.refresh_from_db()
    assert one.state == State.PROPOSED


def test_the_commune_decides_on_the_page(client, gap, person, branch, commune, now):
    one = actions.propose(team=gap, person=person, by=branch, now=now)
    client.force_login(commune)
    assert "xac-nhan" in client.get(f"{LIST}{one.pk}/change/").content.decode()
    client.post(f"{LIST}{one.pk}/tra-lai/", {"reason": ""})
    one.refresh_from_db()
    assert one.state == State.PROPOSED
    client.post(f"{LIST}{one.pk}/xac-nhan/")
    assert gap.memberships.filter(person=person).exists()


def test_the_team_offers_it_only_where_somebody_is_missing(client, gap, commune, tree):
    covered = union_member(team=TeamFactory(unit=tree["na-tu"])).team
    client.force_login(commune)
    for team, expected in ((gap, True), (covered, False)):
        page = client.get(f"/quan-tri/teams/digitalteam/{team.pk}/change/")
        assert (f"nomination/to/{team.pk}/" in page.content.decode()) == expected
    page = client.get(f"{LIST}to/{covered.pk}/").content.decode()
    assert str(rules.NominationRefusal.NOT_NEEDED.label) in page
