"""Each role against each action, and whole subtrees and nothing beside them."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from members import permissions
from members.models import Person, Role, Unit
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    SuperuserFactory,
    UnitFactory,
    UserFactory,
)
from vietnam.dates import local_day

pytestmark = pytest.mark.django_db

ALLOWED = {
    Role.PROVINCE_ADMIN: set(permissions.ACTIONS) - {"contests.judge"},
    Role.EDITOR: {"units.read", "news.write", "documents.follow", "pictures.use"},
    Role.PUBLISHER: {
        "units.read",
        "news.write",
        "news.publish",
        "documents.follow",
        "pictures.use",
    },
    Role.TRAINING_ORGANISER: {
        "units.read",
        "people.read",
        "consents.record",
        "training.read",
        "training.manage",
        "training.attend_desk",
        "training.enrol",
        "certificates.read",
        "certificates.issue",
        "pictures.use",
    },
    Role.HELPER: {"training.read", "training.attend_desk"},
    Role.INSTRUCTOR: {"training.read", "training.attend_desk"},
    Role.TEAM_COORDINATOR: {
        "units.read",
        "people.read",
        "teams.read",
        "teams.manage",
        "teams.nominate",
        "teams.confirm",
        "teams.report",
        "teams.accept",
        "teams.help",
    },
    Role.CONTEST_ORGANISER: {
        "units.read",
        "people.read",
        "consents.record",
        "contests.manage",
        "certificates.read",
        "certificates.issue",
        "pictures.use",
    },
    Role.UNIT_SECRETARY: {
        "requests.handle",
        "units.read",
        "roles.read",
        "people.read",
        "people.manage",
        "cards.issue",
        "consents.record",
        "documents.confirm",
        "documents.follow",
        "training.read",
        "training.enrol",
        "certificates.read",
        "teams.read",
        "teams.nominate",
        "teams.confirm",
        "teams.report",
        "teams.accept",
        "teams.help",
    },
    Role.TEAM_LEADER: {"teams.report"},
    Role.JUDGE: {"contests.judge"},
}


@pytest.fixture
def tree():
    """Province over communes A and B; A has a branch."""
    province = UnitFactory(name="Tỉnh đoàn")
    a = UnitFactory(parent=province, name="Đoàn xã A")
    b = UnitFactory(parent=province, name="Đoàn xã B")
    branch = UnitFactory(parent=a, name="Chi đoàn A1")
    return {"province": province, "a": a, "b": b, "branch": branch}


def holding(role, unit, **kwargs):
    return AssignmentFactory(role=role, unit=unit, **kwargs).user


@pytest.mark.parametrize("action", permissions.ACTIONS)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says_in_its_branch_only(tree, role, action):
    user = holding(role, tree["a"])
    allowed = action in ALLOWED[role]
    assert permissions.may(user, action) is allowed
    assert permissions.may(user, action, tree["a"]) is allowed
    assert permissions.may(user, action, tree["branch"]) is allowed
    assert permissions.may(user, action, tree["b"]) is False
    assert permissions.may(user, action, tree["province"]) is False
    assert permissions.everywhere(user, action) is False
    units = {tree["a"], tree["branch"]} if allowed else set()
    assert set(permissions.units_for(user, action)) == units


@pytest.mark.parametrize("action", permissions.ACTIONS)
def test_nobody_and_somebody_without_a_role_may_nothing(tree, action):
    for user in (AnonymousUser(), UserFactory()):
        assert not permissions.may(user, action)
        assert not permissions.units_for(user, action).exists()


@pytest.mark.parametrize("action", permissions.ACTIONS)
def test_a_superuser_may_everything_until_switched_off(tree, action):
    user = SuperuserFactory()
    assert permissions.everywhere(user, action)
    assert permissions.units_for(user, action).count() == 4
    user.is_active = False
    assert not permissions.may(user, action)


def test_a_role_at_the_root_counts_everywhere(tree):
    user = holding(Role.PROVINCE_ADMIN, tree["province"])
    assert permissions.everywhere(user, "people.manage")
    assert permissions.units_for(user, "people.manage").count() == 4


def test_a_role_at_one_of_two_roots_does_not_count_everywhere(tree):
    other_root = UnitFactory(name="Hội Liên hiệp")
    user = holding(Role.PROVINCE_ADMIN, tree["province"])
    assert not permissions.everywhere(user, "people.manage")
    assert not permissions.may(user, "people.manage", other_root)


def test_two_roles_add_up_and_stay_apart(tree):
    user = holding(Role.EDITOR, tree["a"])
    holding(Role.TRAINING_ORGANISER, tree["b"], user=user)
    assert permissions.may(user, "news.write", tree["branch"])
    assert not permissions.may(user, "news.write", tree["b"])
    assert permissions.may(user, "training.manage", tree["b"])
    assert not permissions.may(user, "training.manage", tree["a"])
    assert set(permissions.units_for(user, "units.read")) == {
        tree["a"],
        tree["branch"],
        tree["b"],
    }


@pytest.mark.parametrize(
    ("starts", "ends", "counts"),
    [
        (None, None, True),
        (0, 0, True),
        (-30, -1, False),
        (1, None, False),
        (-1, None, True),
        (None, -1, False),
    ],
)
def test_a_role_counts_from_its_first_to_its_last_day(tree, starts, ends, counts):
    today = local_day(permissions.clock.now())

    def day(offset):
        return None if offset is None else today + timedelta(days=offset)

    user = holding(Role.EDITOR, tree["a"], starts_on=day(starts), ends_on=day(ends))
    assert permissions.may(user, "news.write") is counts
    assert permissions.enters_admin(user) is counts


@pytest.mark.parametrize("role", Role)
def test_only_roles_with_work_in_the_admin_enter_it(tree, role):
    entering = set(Role) - {
        Role.HELPER,
        Role.INSTRUCTOR,
        Role.TEAM_LEADER,
        Role.JUDGE,
    }
    user = holding(role, tree["a"])
    assert permissions.enters_admin(user) is (role in entering)
    user.is_active = False
    assert permissions.enters_admin(user) is False


def test_an_unknown_action_is_a_programming_error(tree):
    with pytest.raises(KeyError):
        permissions.may(holding(Role.EDITOR, tree["a"]), "news.wirte")


def test_scoped_rows_lie_in_the_units(tree):
    mine = PersonFactory(unit=tree["branch"])
    PersonFactory(unit=tree["b"])
    nowhere = PersonFactory(unit=None)
    user = holding(Role.UNIT_SECRETARY, tree["a"])
    people = Person.objects.exclude(user__isnull=False)
    assert list(permissions.scoped(people, user, "people.manage")) == [mine]
    everywhere = holding(Role.PROVINCE_ADMIN, tree["province"])
    assert nowhere in permissions.scoped(people, everywhere, "people.manage")


def test_new_things_begin_in_the_highest_unit(tree):
    everywhere = holding(Role.PROVINCE_ADMIN, tree["province"])
    assert permissions.home_unit(everywhere, "news.write") == tree["province"]
    secretary = holding(Role.UNIT_SECRETARY, tree["a"])
    assert permissions.home_unit(secretary, "people.manage") == tree["a"]
    assert permissions.home_unit(secretary, "news.write") is None


def test_new_things_begin_in_a_unit_that_exists(tree):
    user = holding(Role.EDITOR, tree["a"])
    AssignmentFactory(user=user, role=Role.EDITOR, unit=tree["b"])
    Unit.objects.filter(pk=tree["a"].pk).update(valid_to=date(2025, 6, 30))
    assert permissions.home_unit(user, "news.write") == tree["b"]


def test_scoped_units_are_found_by_themselves(tree):
    user = holding(Role.UNIT_SECRETARY, tree["a"])
    rows = permissions.scoped(Unit.objects.all(), user, "units.read", "")
    assert set(rows) == {tree["a"], tree["branch"]}


def test_the_scope_is_resolved_once(tree, django_assert_num_queries):
    user = holding(Role.UNIT_SECRETARY, tree["a"])
    with django_assert_num_queries(3):
        for action in permissions.ACTIONS:
            permissions.may(user, action)
            permissions.may(user, action, tree["b"])
            permissions.units_for(user, action)
            permissions.enters_admin(user)


def test_a_role_that_was_given_counts_after_forgetting(tree):
    user = UserFactory()
    assert not permissions.may(user, "news.write")
    AssignmentFactory(user=user, role=Role.EDITOR, unit=tree["a"])
    permissions.forget(user)
    assert permissions.may(user, "news.write")


def test_what_was_resolved_does_not_outlive_a_suspension(tree):
    """A session that lost its factor in the middle of a page."""
    user = holding(Role.PROVINCE_ADMIN, tree["a"])
    for _again in range(2):
        assert permissions.may(user, "people.manage", tree["branch"])
        permissions.suspend_admin_roles(user)
        assert not permissions.may(user, "people.manage", tree["branch"])
        permissions.restore_admin_roles(user)
    user.is_active = False
    assert not permissions.may(user, "people.manage")


def test_a_loop_in_the_tree_hangs_nothing(tree):
    Unit.objects.filter(pk=tree["a"].pk).update(parent=tree["branch"])
    user = holding(Role.UNIT_SECRETARY, tree["a"])
    assert permissions.units_for(user, "units.read").count() == 2


def test_a_closed_unit_stays_with_its_secretary(tree):
    """What happened there still needs somebody who may look."""
    Unit.objects.filter(pk=tree["a"].pk).update(valid_to=date(2025, 6, 30))
    user = holding(Role.UNIT_SECRETARY, tree["a"])
    assert permissions.may(user, "people.read", tree["a"])
