"""What staff type about a session, as people mean it."""

import datetime as dt

import pytest
from django import forms
from django.utils import timezone

from tests.factories.members import PersonFactory
from tests.factories.training import SessionFactory
from training import rules
from training.admin_forms import SessionForm
from training.models import TrainingSession
from vietnam.dates import VIETNAM

pytestmark = pytest.mark.django_db


def test_sign_up_until_2359_takes_the_last_second_and_not_the_next_day():
    midnight = dt.datetime(2026, 11, 30, tzinfo=VIETNAM)
    session = SessionFactory(starts_at=midnight + dt.timedelta(days=3))
    form_class = forms.modelform_factory(
        TrainingSession, form=SessionForm, fields=["closes_at"]
    )
    form = form_class({"closes_at": "29/11/2026 23:59"}, instance=session)
    assert form.is_valid(), form.errors
    saved = form.save()
    saved.refresh_from_db()
    assert timezone.localtime(saved.closes_at, VIETNAM).strftime("%H:%M") == "23:59"
    person = PersonFactory()
    last = midnight - dt.timedelta(seconds=1)
    assert rules.why_not_register(saved, person, now=last) is None
    refusal = rules.why_not_register(saved, person, now=midnight)
    assert refusal == rules.Refusal.CLOSED
