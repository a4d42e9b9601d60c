"""What organisers type about a contest, as people mean it."""

import datetime as dt

import pytest
from django import forms

from contests.admin_forms import ContestForm
from contests.models import Contest
from tests.factories.contests import ContestFactory
from tests.factories.voting import a_vote
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


def form_of(contest, fields, **typed):
    form_class = forms.modelform_factory(Contest, form=ContestForm, fields=fields)
    return form_class(typed, instance=contest)


class TestKinds:
    def test_all_are_ticked_at_first_and_kept_as_none(self):
        contest = ContestFactory()
        names = ContestForm.all_kinds()
        unbound = forms.modelform_factory(
            Contest, form=ContestForm, fields=["file_kinds"]
        )(instance=contest)
        assert unbound["file_kinds"].initial == names
        for chosen in (names, []):
            form = form_of(contest, ["file_kinds"], file_kinds=chosen)
            assert form.is_valid(), form.errors
            assert form.save().file_kinds == []

    def test_some(self):
        form = form_of(ContestFactory(), ["file_kinds"], file_kinds=["PDF", "PNG"])
        assert form.is_valid(), form.errors
        contest = form.save()
        contest.refresh_from_db()
        assert contest.kinds_in_words == "PDF, PNG"
        form = form_of(contest, ["file_kinds"], file_kinds=["EXE"])
        assert not form.is_valid()


class TestVote:
    FIELDS = ("vote_opens_at", "vote_closes_at", "vote_weight", "vote_picks")
    USUAL = {"vote_weight": "0", "vote_picks": "1"}

    def at(self, moment):
        return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"

    def form(self, contest, fields=FIELDS, **moments):
        typed = {
            name: self.at(value) if isinstance(value, dt.datetime) else value
            for name, value in moments.items()
        }
        return form_of(contest, fields, **self.USUAL | typed)

    def test_a_window_after_the_deadline(self):
        contest = ContestFactory()
        opens = contest.closes_at + dt.timedelta(days=1)
        closes = opens + dt.timedelta(days=3)
        form = self.form(contest, vote_opens_at=opens, vote_closes_at=closes)
        assert form.is_valid(), form.errors
        assert form.save().has_vote

    @pytest.mark.parametrize(
        ("opens", "closes", "weight", "wrong"),
        [
            (1, None, "0", "vote_closes_at"),
            (None, 2, "0", "vote_opens_at"),
            (-1, 2, "0", "vote_opens_at"),
            (2, 1, "0", "vote_closes_at"),
            (1, 21, "0", "vote_closes_at"),
            (None, None, "20", "vote_weight"),
            (1, 2, "51", "vote_weight"),
        ],
    )
    def test_what_makes_no_sense_is_said_at_its_field(
        self, opens, closes, weight, wrong
    ):
        contest = ContestFactory()
        contest.results_at = contest.closes_at + dt.timedelta(days=20)
        contest.save()
        day = dt.timedelta(days=1)
        moments = {
            name: "" if days is None else contest.closes_at + days * day
            for name, days in (("vote_opens_at", opens), ("vote_closes_at", closes))
        }
        form = self.form(contest, **moments, vote_weight=weight)
        assert list(form.errors) == [wrong]

    def test_once_it_has_begun_the_end_only_moves_to_later(self):
        contest = a_vote()
        end, day = contest.vote_closes_at, dt.timedelta(days=1)
        only = ["vote_closes_at"]
        for moment, fine in ((end + day, True), (end - day, False), ("", False)):
            contest.refresh_from_db()
            form = self.form(contest, only, vote_closes_at=moment)
            assert form.is_valid() is fine, form.errors
