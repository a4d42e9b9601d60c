import pytest

from members.models import Role
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory
from tests.factories.training import SessionFactory


@pytest.fixture
def unit():
    return UnitFactory(name="Đoàn xã Ba Bể", short_name="xã Ba Bể")


@pytest.fixture
def secretary(unit):
    user = UserFactory()
    AssignmentFactory(user=user, role=Role.UNIT_SECRETARY, unit=unit)
    return user


@pytest.fixture
def session():
    return SessionFactory()
