"""What organisers type about a contest, as people mean it."""

import datetime as dt

import pytest
from django import forms

from contests.admin_forms import ContestForm
from contests.models import Contest
from tests.factories.contests import ContestFactory
from vietnam.dates import VIETNAM

pytestmark = pytest.mark.django_db


def test_entries_until_2359_are_taken_until_midnight():
    contest = ContestFactory()
    midnight = contest.opens_at.astimezone(VIETNAM).replace(
        hour=0, minute=0, second=0, microsecond=0
    ) + dt.timedelta(days=20)
    typed = f"{midnight - dt.timedelta(days=1):%d/%m/%Y} 23:59"
    form_class = forms.modelform_factory(
        Contest, form=ContestForm, fields=["closes_at"]
    )
    form = form_class({"closes_at": typed}, instance=contest)
    assert form.is_valid(), form.errors
    saved = form.save()
    saved.refresh_from_db()
    last = midnight - dt.timedelta(seconds=1)
    assert Contest.objects.open_for_entries(last).filter(pk=saved.pk).exists()
    assert not Contest.objects.open_for_entries(midnight).filter(pk=saved.pk).exists()
