"""A form for anybody: no program in a hurry, no old page, and nothing lost."""

import datetime as dt

import pytest
from django import forms

from content.stamped import LONGEST, SOONEST, StampedForm, new_stamp


class NoteForm(StampedForm):
    text = forms.CharField()


def note(now, **more):
    data = {"text": "Xin chào", "stamp": new_stamp(now - SOONEST)} | more
    return NoteForm(data, now=now)


def test_a_person_who_took_their_time_gets_through(now):
    form = note(now)
    assert form.is_valid()
    assert len(form.press) == 32


def test_two_drawings_of_a_form_have_two_names(now):
    assert note(now).press != note(now).press


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (SOONEST - dt.timedelta(milliseconds=1), "quick"),
        (LONGEST + dt.timedelta(seconds=1), "old"),
    ],
)
def test_too_quick_and_too_old_are_asked_to_press_again(now, after, code):
    form = note(now, stamp=new_stamp(now - after))
    assert [error.code for error in form.non_field_errors().as_data()] == [code]
    assert form["text"].value() == "Xin chào"


def test_a_stamp_of_somebody_else_is_none(now):
    form = note(now, stamp="bịa:ra")
    assert not form.is_valid()
    assert form.press != ""  # the page is drawn again with a fresh one


def test_the_trap_is_emptied_for_people_who_fell_into_it(now):
    form = note(now, homepage="https://spam.example.com")
    assert [error.code for error in form.non_field_errors().as_data()] == ["trap"]
    assert form["homepage"].value() == ""
    assert NoteForm(form.data, now=now).is_valid()


def test_the_trap_is_no_field_that_people_see(now):
    form = NoteForm(now=now)
    assert [field.name for field in form.visible_fields()] == ["text"]
    assert form["stamp"].value()
