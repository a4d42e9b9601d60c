"""A slip of the finger is mended by what titles say, not by a dictionary."""

import datetime as dt

import pytest

from content.models import SearchWord
from content.search.queries import parse
from content.search.words import distance, learn, near_queries, rebuild
from content.tasks import count_search_words
from tests.content.test_search import HOSTILE
from tests.factories.news import ArticleFactory, PublishedFactory
from tests.factories.teams import TeamFactory

DAY = dt.timedelta(days=1)


class TestDistance:
    @pytest.mark.parametrize(
        ("one", "other", "steps"),
        [
            ("lua", "lua", 0), ("lau", "lua", 1), ("chuyn", "chuyen", 1),
            ("chuyeen", "chuyen", 1), ("dap", "dao", 1), ("nghuyen", "nguyen", 1),
            ("toan", "taon", 1), ("ab", "xy", 2), ("abcdef", "fedcba", 3), ("", "a", 1),
        ],
    )  # fmt: skip
    def test_counts_slips(self, one, other, steps):
        assert distance(one, other, 2) == steps
        assert distance(other, one, 2) == steps

    def test_stops_where_it_is_too_far_anyway(self):
        assert distance("a" * 50, "b", 2) == 3
        assert distance("abc", "xyz", 1) == 2


@pytest.mark.django_db
class TestKnownWords:
    def test_are_those_of_public_titles(self, now):
        PublishedFactory(title="Lừa đảo qua mạng", publish_at=now - DAY)
        ArticleFactory(title="Kín như bưng")
        PublishedFactory(title="Ngày mai", publish_at=now + DAY)
        TeamFactory(name="Tổ bản Nà Tu")
        number = rebuild(now=now)
        known = set(SearchWord.objects.values_list("folded", flat=True))
        assert {"lua", "lua dao", "dao qua", "na tu"} <= known
        assert not {"kin", "bung", "mai"} & known
        assert len(known) == number

    def test_are_spelt_as_most_titles_do(self, now):
        for title in ("Lừa đảo", "lừa đảo", "Lua dao"):
            PublishedFactory(title=title, publish_at=now - DAY)
        rebuild(now=now)
        row = SearchWord.objects.get(folded="lua dao")
        assert (row.spelt, row.count, row.length) == ("lừa đảo", 3, 0)

    def test_counted_twice_is_counted_once(self, now):
        PublishedFactory(title="Lừa đảo", publish_at=now - DAY)
        rebuild(now=now)
        assert rebuild(now=now) == SearchWord.objects.count()
        assert SearchWord.objects.get(folded="lua").count == 1

    def test_learnt_words_are_kept_beside_those_known(self):
        learn("Lừa đảo")
        learn("Lừa đảo mới")
        known = set(SearchWord.objects.values_list("folded", flat=True))
        assert known == {"lua", "dao", "moi", "lua dao", "dao moi"}

    def test_the_clock_has_them_counted(self):
        PublishedFactory(title="Lừa đảo")
        assert count_search_words() > 2

    def test_a_word_too_long_for_a_word_is_left_out(self):
        learn("a" * 61 + " b")
        assert set(SearchWord.objects.values_list("folded", flat=True)) == {"b"}


@pytest.mark.django_db
class TestNearQueries:
    @pytest.fixture(autouse=True)
    def _titles(self):
        for title in (
            "Nhận ra lừa đảo qua điện thoại",
            "Ba câu hỏi chặn lừa đảo",
            "Chuyển đổi số ở bản Nà Tu",
            "Lúa mới về kho",
            "Đạo đức công vụ",
        ):
            learn(title)

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("lưa đaoo", "lừa đảo"),
            ("luaa dao", "lừa đảo"),
            ("chuyen dooi so", "chuyển đổi số"),
            ("CHUYỂN ĐỖII SỐ", "chuyển đổi số"),
            ("dien thaoi", "điện thoại"),
        ],
    )
    def test_the_likeliest_comes_first(self, typed, meant):
        assert near_queries(parse(typed))[0] == meant

    def test_words_that_stand_together_are_better_than_frequent_ones(self):
        for _time in range(5):
            learn("Lụa đẹp")
        assert near_queries(parse("luaa dao"))[0] == "lừa đảo"

    def test_a_word_nobody_knows_is_left_out_at_last(self):
        assert near_queries(parse("lừa đảo xyzzyq"))[0] == "lừa đảo"

    def test_what_was_typed_is_never_offered(self):
        assert "lừa đảo" not in near_queries(parse("lua dao"))

    @pytest.mark.parametrize("typed", ["", "!!!", "xyzzyq", "-lua"])
    def test_without_anything_near_nothing_is_offered(self, typed):
        assert near_queries(parse(typed)) == []

    @pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
    def test_hostile_input_is_no_harm(self, typed):
        near_queries(parse(typed))

    def test_queries_do_not_grow_with_the_words_known(self, django_assert_num_queries):
        for number in range(300):
            learn(f"lu{number} dao{number}")
        with django_assert_num_queries(5):
            near_queries(parse("luaa daoo"))
