import pytest
from django.http import Http404

from content.pagination import page_of

TEN = list(range(10))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", [0, 1, 2, 3]),
        ("?page=1", [0, 1, 2, 3]),
        ("?page=3", [8, 9]),
        ("?page=1&page=2", [4, 5, 6, 7]),
        ("?q=page", [0, 1, 2, 3]),
    ],
)
def test_shows_the_page_asked_for(rf, query, shown):
    page = page_of(TEN, rf.get("/" + query), 4)
    assert list(page) == shown
    assert page.paginator.num_pages == 3


@pytest.mark.parametrize(
    "number",
    ["0", "4", "-1", "abc", "", "1.0", "01", "+1", " 1", "٢", "1e1", "9" * 30, "last"],
)
def test_other_pages_are_not_found(rf, number):
    with pytest.raises(Http404):
        page_of(TEN, rf.get("/", {"page": number}), 4)


def test_an_empty_list_has_one_page(rf):
    assert list(page_of([], rf.get("/"), 4)) == []
    with pytest.raises(Http404):
        page_of([], rf.get("/?page=2"), 4)
