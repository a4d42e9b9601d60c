"""The nightly look at the tree."""

import logging

import pytest

from members.models import Unit
from members.tasks import audit_units
from tests.factories.members import UnitFactory

pytestmark = pytest.mark.django_db


def test_a_sound_tree_is_quiet(caplog):
    UnitFactory(parent=UnitFactory(parent=UnitFactory()))
    assert audit_units() == 0
    assert not caplog.records


def test_units_in_a_loop_are_counted_and_said_loudly(caplog):
    top = UnitFactory()
    below = UnitFactory(parent=top)
    leaf = UnitFactory(parent=below)
    UnitFactory()
    Unit.objects.filter(pk=top.pk).update(parent=below)
    assert audit_units() == 3
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    for unit in (top, below, leaf):
        assert str(unit.pk) in record.message


def test_no_units_at_all_is_no_error():
    assert audit_units() == 0
