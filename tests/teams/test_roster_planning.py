"""What a list would change, and what is wrong with it, cell by cell."""

import datetime as dt

import pytest

from members.models import Person
from teams.models import DigitalTeam, TeamMember
from teams.roster.planning import make_plan
from teams.roster.sheet import read
from tests.factories.members import PersonFactory, UnitFactory
from tests.factories.teams import MemberFactory, TeamFactory, line, sheet_file

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
Role = TeamMember.Role


@pytest.fixture
def plan(coordinator, now):
    def make(*lines, user=coordinator, **options):
        return make_plan(read(sheet_file(*lines)), user=user, now=now, **options)

    return make


def full(**cells) -> list:
    known = {
        "team": "Tổ thôn Nà Tu",
        "unit": "xã Cẩm Giàng",
        "name": "Nguyễn Thị Ánh",
        "born": 1998,
    }
    return line(**known | cells)


def errors(plan) -> list[tuple[int, str]]:
    return [(error.row, error.heading) for error in plan.errors]


def test_a_new_team_with_new_people(plan, tree):
    made = plan(
        full(
            level="thôn",
            area="thôn Nà Tu",
            households="86",
            decision="12/QĐ-UBND",
            decision_date="05/03/2026",
            role="Tổ trưởng",
            union="x",
            phone="912345678",
            email="anh@example.com",
            code="TN 01",
            since="01/04/2026",
        ),
        line(name="Bàn Văn Bình"),
    )
    assert made.is_ready
    (team,) = made.teams
    assert team.is_new
    assert team.team.unit == tree["cam-giang"]
    assert team.team.level == DigitalTeam.Level.VILLAGE
    assert team.team.households == 86
    assert team.team.decision_date == dt.date(2026, 3, 5)
    first, second = team.members
    assert first.is_new_person
    assert first.person.phone == "+84912345678"
    assert first.person.birth_year == 1998
    assert (first.role, first.is_union_member) == (Role.LEADER, True)
    assert first.starts_on == dt.date(2026, 4, 1)
    assert second.role == Role.MEMBER
    assert second.starts_on == dt.date(2026, 11, 23)
    assert made.counts() == {
        "teams": 1,
        "new_teams": 1,
        "changed_teams": 0,
        "members": 2,
        "new_members": 2,
        "changed_members": 0,
        "new_people": 2,
    }


def test_nothing_is_written_by_planning(plan):
    plan(full())
    assert not DigitalTeam.objects.exists()
    assert not Person.objects.filter(full_name="Nguyễn Thị Ánh").exists()


def test_empty_team_cells_say_the_same_as_above(plan, tree):
    made = plan(
        full(),
        line(name="Bàn Văn Bình"),
        line(team="Tổ hai", name="Lý Thị Hoa"),
        line(name="Ma Văn Sơn"),
        line(unit="Côn Minh", team="Tổ ba", name="Hà Thị Lan"),
    )
    assert not made.errors
    found = [(t.team.name, t.team.unit.slug, len(t.members)) for t in made.teams]
    assert found == [
        ("Tổ thôn Nà Tu", "cam-giang", 2),
        ("Tổ hai", "cam-giang", 2),
        ("Tổ ba", "con-minh", 1),
    ]


def test_a_team_may_come_without_members(plan):
    made = plan(line(team="Tổ một", unit="Côn Minh"))
    assert made.is_ready
    assert made.teams[0].members == []


@pytest.mark.parametrize(
    ("cells", "heading"),
    [
        ({"team": None}, "Tên tổ"),
        ({"team": "x" * 151}, "Tên tổ"),
        ({"unit": None}, "Đơn vị"),
        ({"unit": "xã Không Có"}, "Đơn vị"),
        ({"level": "huyện"}, "Cấp"),
        ({"households": "nhiều"}, "Số hộ"),
        ({"decision_date": "31/02/2026"}, "Ngày quyết định"),
        ({"name": "Ánh"}, "Họ tên"),
        ({"name": None}, "Họ tên"),
        ({"born": "hồi xưa"}, "Năm sinh/Ngày sinh"),
        ({"role": "bí thư"}, "Vai trò"),
        ({"union": "có thể"}, "Đoàn viên"),
        ({"phone": "091234"}, "Số điện thoại"),
        ({"email": "anh@"}, "Email"),
        ({"code": "x" * 31}, "Mã đoàn viên"),
        ({"since": "24/11/2026"}, "Từ ngày"),
    ],
)
def test_each_bad_cell_has_its_row_its_column_and_a_sentence(plan, cells, heading):
    made = plan(full(**cells))
    assert errors(made) == [(2, heading)]
    assert made.errors[0].sentence
    assert made.errors[0].column.isalpha()
    assert not made.is_ready


def test_all_errors_of_a_list_are_said_at_once(plan):
    made = plan(full(phone="1", role="?"), full(name="Bàn Văn Bình", email="x"))
    assert errors(made) == [(2, "Vai trò"), (2, "Số điện thoại"), (3, "Email")]


def test_one_bad_team_is_said_once_however_many_rows_it_has(plan):
    nameless = plan(full(team=None), line(name="Bàn Văn Bình"))
    assert errors(nameless) == [(2, "Tên tổ")]
    nowhere = plan(full(unit="xã Không Có"), line(name="Bàn Văn Bình"))
    assert errors(nowhere) == [(2, "Đơn vị")]


def test_a_unit_outside_ones_own_is_no_unit(plan, local_coordinator):
    made = plan(full(unit="Côn Minh"), user=local_coordinator)
    assert errors(made) == [(2, "Đơn vị")]
    assert plan(full(), user=local_coordinator).is_ready


def test_two_units_of_one_name_are_asked_for_in_that_cell(plan, tree):
    for name in ("Văn Lang", "Văn Lăng"):
        UnitFactory(name=f"Đoàn xã {name}", parent=tree["root"])
    made = plan(full(unit="van lang"))
    assert errors(made) == [(2, "Đơn vị")]
    assert "Văn Lăng" in made.errors[0].sentence


# --- Two teams of one name ---


@pytest.mark.parametrize(
    ("facts", "other", "heading"),
    [
        ({"area": "thôn Nà Tu"}, {"area": "thôn Khuổi Dấm"}, "Địa bàn"),
        ({"decision": "1/QĐ"}, {"decision": "2/QĐ"}, "Số quyết định"),
        ({"households": 80}, {"households": 90}, "Số hộ"),
        ({"level": "xã"}, {"level": "thôn"}, "Cấp"),
    ],
)
def test_two_teams_of_one_name_in_one_unit_are_found_out(plan, facts, other, heading):
    made = plan(full(**facts), full(name="Bàn Văn Bình", **other))
    assert errors(made) == [(3, heading)]
    assert "2" in made.errors[0].sentence


def test_names_that_differ_by_accents_only_are_found_out(plan):
    made = plan(
        full(team="Tổ thôn Nà Mo"), full(team="Tổ thôn Nà Mò", name="Lý Thị Hoa")
    )
    assert errors(made) == [(3, "Tên tổ")]


def test_case_makes_no_second_team(plan):
    made = plan(full(), full(team="TỔ THÔN NÀ TU", name="Lý Thị Hoa"))
    assert len(made.teams) == 1
    assert made.is_ready


def test_one_name_in_two_units_is_two_teams(plan):
    made = plan(full(), full(unit="Côn Minh", name="Lý Thị Hoa"))
    assert len(made.teams) == 2


# --- What is there already ---


@pytest.fixture
def na_tu(tree):
    return TeamFactory(unit=tree["cam-giang"], name="Tổ thôn Nà Tu", area="thôn Nà Tu")


@pytest.fixture
def anh(tree):
    return PersonFactory(
        full_name="Nguyễn Thị Ánh",
        birth_date=None,
        birth_year=1998,
        unit=tree["cam-giang"],
        email="",
    )


def test_a_team_is_found_again_without_accents(plan, na_tu):
    made = plan(full(team="TO THON NA TU", households=90))
    (team,) = made.teams
    assert team.team == na_tu
    assert [(c.name, c.new) for c in team.changes] == [("households", "90")]


def test_empty_cells_change_nothing(plan, na_tu, anh):
    MemberFactory(team=na_tu, person=anh, role=Role.DEPUTY, is_union_member=True)
    made = plan(full())
    assert made.is_empty


def test_a_team_that_ended_is_not_meant(plan, na_tu):
    na_tu.active_to = dt.date(2026, 6, 30)
    na_tu.save()
    assert plan(full()).teams[0].is_new


def test_a_known_person_is_matched_and_only_blanks_are_filled(plan, anh):
    Person.objects.filter(pk=anh.pk).update(phone="+84987654321")
    made = plan(full(phone="0912345678", email="anh@example.com"))
    (member,) = made.members
    assert member.person == anh
    assert [(c.name, c.value) for c in member.filled] == [("email", "anh@example.com")]


def test_somebody_of_another_unit_and_the_same_year_is_asked_about(plan, tree, anh):
    Person.objects.filter(pk=anh.pk).update(unit=tree["con-minh"])
    made = plan(full())
    (doubt,) = made.doubts
    assert [value for value, _label in doubt.choices] == [f"p{anh.pk}", "new"]
    assert "xã Côn Minh" in doubt.choices[0][1]
    assert not made.is_ready
    assert made.members == []


def test_an_answer_settles_the_doubt(plan, tree, anh):
    Person.objects.filter(pk=anh.pk).update(unit=tree["con-minh"])
    same = plan(full(), choices={2: f"p{anh.pk}"})
    assert same.is_ready
    assert same.members[0].person == anh
    other = plan(full(), choices={2: "new"})
    assert other.is_ready
    assert other.members[0].is_new_person


@pytest.mark.parametrize("answer", ["p999999", "", "yes", "r7"])
def test_an_answer_that_was_not_offered_is_none(plan, tree, anh, answer):
    Person.objects.filter(pk=anh.pk).update(unit=tree["con-minh"])
    stranger = PersonFactory()
    assert not plan(full(), choices={2: answer}).is_ready
    assert not plan(full(), choices={2: f"p{stranger.pk}"}).is_ready


def test_people_whom_the_uploader_may_not_see_are_not_offered(
    plan, tree, anh, local_coordinator
):
    Person.objects.filter(pk=anh.pk).update(unit=tree["con-minh"])
    made = plan(full(), user=local_coordinator)
    assert not made.doubts
    assert made.members[0].is_new_person


def test_who_is_in_the_team_already_is_no_doubt(plan, tree, na_tu, anh):
    """The unit or the year may be missing: the team says who is meant."""
    Person.objects.filter(pk=anh.pk).update(unit=tree["con-minh"], birth_year=None)
    MemberFactory(team=na_tu, person=anh)
    made = plan(full(born=None, union="có"))
    (member,) = made.members
    assert member.person == anh
    assert [(c.name, c.value) for c in member.changes] == [("is_union_member", True)]


def test_another_year_is_another_person_of_that_name(plan, na_tu, anh):
    MemberFactory(team=na_tu, person=anh)
    made = plan(full(born=1970))
    assert made.members[0].is_new_person


def test_two_of_one_name_in_the_team_need_their_years(plan, na_tu, anh, tree):
    MemberFactory(team=na_tu, person=anh)
    made = plan(full(), full(born=None))
    # The first is the member; the second may be the same person or somebody else.
    assert made.members[0].person == anh
    assert [doubt.row for doubt in made.doubts] == [3]


def test_two_rows_of_one_new_person_are_one_person(plan):
    made = plan(full(), full(team="Tổ hai"))
    first, second = made.members
    assert first.person is second.person
    assert made.counts()["new_people"] == 1


def test_two_rows_without_years_are_asked_about(plan):
    made = plan(full(born=None), full(team="Tổ hai", born=None))
    (doubt,) = made.doubts
    assert (doubt.row, [value for value, _label in doubt.choices]) == (3, ["r2", "new"])
    same = plan(full(born=None), full(team="Tổ hai", born=None), choices={3: "r2"})
    assert same.members[0].person is same.members[1].person


def test_the_same_person_twice_in_one_team_is_an_error(plan):
    made = plan(full(), full())
    assert errors(made) == [(3, "Họ tên")]


def test_what_the_second_row_knows_completes_the_new_person(plan):
    made = plan(full(), full(team="Tổ hai", phone="0912345678"))
    assert made.members[0].person.phone == "+84912345678"


# --- Leaders ---


def test_two_leaders_in_the_list_are_an_error(plan):
    made = plan(full(role="tổ trưởng"), full(name="Bàn Văn Bình", role="tổ trưởng"))
    assert errors(made) == [(3, "Vai trò")]


def test_a_leader_who_is_not_listed_is_not_put_aside(plan, na_tu, anh):
    MemberFactory(team=na_tu, person=anh, role=Role.LEADER)
    made = plan(full(name="Bàn Văn Bình", role="tổ trưởng"))
    assert errors(made) == [(2, "Vai trò")]
    assert "Nguyễn Thị Ánh" in made.errors[0].sentence


def test_a_leader_may_hand_over_within_the_list(plan, na_tu, anh):
    MemberFactory(team=na_tu, person=anh, role=Role.LEADER)
    made = plan(full(role="thành viên"), full(name="Bàn Văn Bình", role="tổ trưởng"))
    assert made.is_ready
    assert [member.role for member in made.members] == [Role.MEMBER, Role.LEADER]


# --- Spelling ---


def test_names_in_capitals_are_offered_in_title_case(plan):
    made = plan(full(name="NGUYỄN THỊ ÁNH"))
    assert made.miscased == [(2, "NGUYỄN THỊ ÁNH", "Nguyễn Thị Ánh")]
    assert made.members[0].person.full_name == "NGUYỄN THỊ ÁNH"
    tidy = plan(full(name="NGUYỄN THỊ ÁNH"), tidy_names=True)
    assert tidy.members[0].person.full_name == "Nguyễn Thị Ánh"
    # Whoever unticks the offer has seen the same plan.
    assert tidy.fingerprint() == made.fingerprint()


def test_decomposed_text_is_the_same_text(plan, na_tu, anh):
    import unicodedata

    MemberFactory(team=na_tu, person=anh)
    cells = {
        name: unicodedata.normalize("NFD", text)
        for name, text in {
            "team": "Tổ thôn Nà Tu",
            "unit": "xã Cẩm Giàng",
            "name": "Nguyễn Thị Ánh",
        }.items()
    }
    assert plan(full(**cells)).is_empty


def test_old_phone_numbers_are_converted_and_named(plan):
    made = plan(full(phone="01684123456"))
    assert made.converted == [(2, "01684123456", "0384 123 456")]


def test_fingerprints_tell_plans_apart(plan):
    assert plan(full()).fingerprint() == plan(full()).fingerprint()
    assert plan(full()).fingerprint() != plan(full(union="x")).fingerprint()


@pytest.mark.parametrize("number", [3, 300])
def test_the_queries_do_not_grow_with_the_list(
    coordinator, now, tree, number, django_assert_max_num_queries
):
    lines = [
        line(
            team=f"Tổ {n % 40}",
            unit="xã Cẩm Giàng",
            name=f"Nguyễn Văn {'ABCDEFGHIK'[n % 10]}{'abcdefghik'[n // 10 % 10]}"
            f"{'mnopqrstuv'[n // 100]}",
            born=1990,
        )
        for n in range(number)
    ]
    table = read(sheet_file(*lines))
    with django_assert_max_num_queries(8):
        made = make_plan(table, user=coordinator, now=now)
    assert made.is_ready
    assert len(made.members) == number
