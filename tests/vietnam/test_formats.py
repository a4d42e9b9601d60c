from datetime import date, datetime

import pytest
from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format, get_format

from vietnam.dates import VIETNAM

MARCH_5 = date(2026, 3, 5)
MOMENT = datetime(2026, 3, 5, 7, 30, tzinfo=VIETNAM)


@pytest.fixture(params=["vi", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize(
    "text",
    ["05/03/2026", "5/3/2026", "05-03-2026", "5.3.2026", "05/03/26", "2026-03-05"],
)
def test_the_day_comes_first(text):
    assert forms.DateField().clean(text) == MARCH_5


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("text", ["31/02/2026", "03/13/2026", "5/3", "2026"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(forms.ValidationError):
        forms.DateField().clean(text)


def test_a_day_that_does_not_exist_is_refused_in_vietnamese():
    with (
        translation.override("vi"),
        pytest.raises(forms.ValidationError, match="hợp lệ"),
    ):
        forms.DateField().clean("31/02/2026")


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize(
    "text",
    [
        "05/03/2026 07:30",
        "05/03/2026 07:30:00",
        "07:30, 05/03/2026",
        "07:30 05-03-2026",
        "5.3.2026 7:30",
        "2026-03-05T07:30",
        "2026-03-05 07:30",
    ],
)
def test_moments_are_read_in_either_order(text):
    assert forms.DateTimeField().clean(text) == MOMENT


@pytest.mark.usefixtures("language")
def test_what_a_form_shows_it_reads_again():
    field = forms.DateTimeField()
    shown = field.widget.format_value(field.prepare_value(MOMENT))
    assert shown == "05/03/2026 07:30"
    assert field.clean(shown) == MOMENT


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("vi", "DATE_FORMAT", "05/03/2026"),
        ("vi", "DATETIME_FORMAT", "07:30, 05/03/2026"),
        ("vi", "TIME_FORMAT", "07:30"),
        ("vi", "YEAR_MONTH_FORMAT", "tháng 3/2026"),
        ("vi", "MONTH_DAY_FORMAT", "05/03"),
        ("en", "DATE_FORMAT", "5 March 2026"),
        ("en", "DATETIME_FORMAT", "5 March 2026, 07:30"),
        ("en", "SHORT_DATE_FORMAT", "05/03/2026"),
    ],
)
def test_dates_are_written_day_first(code, name, text):
    with translation.override(code):
        assert date_format(MOMENT, name) == text


@pytest.mark.parametrize(("code", "text"), [("vi", "1.234.567"), ("en", "1,234,567")])
def test_big_numbers_are_grouped_on_request(code, text):
    with translation.override(code):
        assert intcomma(1234567) == text


@pytest.mark.usefixtures("language")
def test_years_are_never_grouped():
    assert Template("{{ year }}").render(Context({"year": 2026})) == "2026"


@pytest.mark.usefixtures("language")
def test_weeks_begin_on_monday():
    assert get_format("FIRST_DAY_OF_WEEK") == 1


def test_vietnamese_decimals_use_a_comma():
    with translation.override("vi"):
        assert Template("{{ rate }}").render(Context({"rate": 7.5})) == "7,5"
        assert forms.FloatField(localize=True).clean("7,5") == 7.5
