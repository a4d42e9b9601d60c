"""Looking people up by whatever is known of them."""

import pytest

from members.models import Person
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anh():
    PersonFactory(full_name="Nông Thị Anh Thư", email="", phone="")
    return PersonFactory(
        full_name="Đặng Thị Ánh",
        email="Anh.Dang+tap@example.com",
        phone="+84912345678",
        member_code="TN-0123",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Đặng Thị Ánh",
        "dang anh",
        "ánh  đặng",
        "da an",
        "anh.dang+tap@example.com",
        " ANH.DANG+TAP@example.com ",
        "0912 345 678",
        "84912345678",
        "tn 0123",
    ],
)
def test_found_by_what_is_known(anh, text):
    assert list(Person.objects.found_by(text)) == [anh]


def test_an_address_is_found_by_how_it_begins():
    mine = PersonFactory(full_name="Lý A", email="ban-4711@example.com")
    PersonFactory(full_name="Lý B", email="ban-5@example.com")

    assert list(Person.objects.found_by("ban-47")) == [mine]


@pytest.mark.parametrize("text", ["", "   ", "'", "\\", "& | !", "()", "<->", "':*"])
def test_nothing_is_found_by_no_word(anh, text):
    assert not Person.objects.found_by(text).exists()


@pytest.mark.parametrize(
    "text",
    ["khong-co", "0999999999", "anh đặng nguyễn", "'anh", "a" * 5000, "a " * 5000],
)
def test_strange_words_do_no_harm(anh, text):
    assert Person.objects.found_by(text).count() <= 2
