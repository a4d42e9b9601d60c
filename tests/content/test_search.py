"""Accents never hide a result, they only put the one spelt as typed first."""

import datetime as dt
import random
import unicodedata
from itertools import chain

import pytest
from django.db import connection
from django.utils.html import strip_tags

from content.search import finding
from content.search.asking import Standing
from content.search.columns import Fold
from content.search.finding import find
from content.search.marking import has, mark, snippet
from content.search.queries import MOST_TERMS, parse
from content.search.sources import Hits
from news.models import Article, Tag
from tests.factories.members import UnitFactory
from tests.factories.news import (
    ArticleFactory,
    PublishedFactory,
    SectionFactory,
)
from vietnam.fold import fold
from vietnam.tones import canonical

DAY = dt.timedelta(days=1)
ORDER = ("-publish_at", "-id")
LETTERS = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụ"
    "ưừứửữựvxyỳýỷỹỵ"
)
SIGNS = ".,;:!?()[]“”‘’…–—/&<>\"'0123456789ÐƉðɖ\u00a0\t\n"
HOSTILE = [
    '"', "''", "'; DROP TABLE news_article; --", "a & b | !c <-> d:*", "((((", "\\",
    "-", "-- --", "- -x", '"" ""', '"mở mà không đóng', "%s %(x)s {0}", ":* :A", "*",
    "😀🇻🇳👩‍💻", "!!! ??? …", "или Ω 漢字 ไทย", "\u0301\u0323", "a" * 10_000,
    "từ " * 4_000, '"' * 300, "-" * 300, "<script>alert(1)</script>", "\u202egnud",
    "or and not OR", "%", "_", "%_%", "x%' OR 1=1 --", " ".join(map(str, range(1000))),
    "ế" * 5_000, "\ud800", "nul\x00byte",
]  # fmt: skip


def sql(expression: str, *params):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}", params)
        return cursor.fetchone()[0]


def found(typed: str, now, *, limit: int = 20, offset: int = 0):
    rows = Article.objects.published(now)
    return find(rows, parse(typed), order=ORDER, limit=limit, offset=offset)


def titles(typed: str, now, **page) -> list[str]:
    return [row.title for row in found(typed, now, **page).rows]


def article(title: str, **fields) -> Article:
    return PublishedFactory(title=title, lead="…", body="<p>…</p>", **fields)


def many(number: int, now, *, title: str) -> None:
    """Published an hour apart, the newest last."""
    section, unit = SectionFactory(), UnitFactory()
    Article.objects.bulk_create(
        Article(
            title=f"{title} {place}", slug="x", lead="…", body="", section=section,
            unit=unit, state="published",
            publish_at=now - dt.timedelta(hours=number - place),
        )
        for place in range(number)
    )  # fmt: skip


@pytest.mark.django_db
class TestFunctions:
    def test_the_database_folds_as_python_does(self):
        draw = random.Random(5)
        for _round in range(300):
            text = "".join(
                draw.choices(LETTERS + LETTERS.upper() + SIGNS + "   ", k=60)
            )
            if draw.random() < 0.5:
                text = unicodedata.normalize("NFD", text)
            assert sql("vn_fold(%s)", text) == fold(text), text

    def test_every_letter_of_the_alphabet(self):
        for letter in LETTERS + LETTERS.upper():
            for form in ("NFC", "NFD"):
                text = unicodedata.normalize(form, letter)
                assert sql("vn_fold(%s)", text) == fold(letter)

    def test_fold_works_in_a_query(self):
        ArticleFactory(title="Đoàn xã Cẩm Giàng")
        row = Article.objects.annotate(bare=Fold("title")).get()
        assert row.bare == "doan xa cam giang"

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("hòa", "hoà"), ("KHỎE", "khoẻ"), ("thủy", "thuỷ"), ("kỹ năng", "kĩ năng"),
            ("Lý Tự Trọng", "lí tự trọng"), ("mỹ", "mĩ"), ("Ðắk", "đắk"),
            ("công ty", "công ti"), ("tổ", unicodedata.normalize("NFD", "TỔ")),
        ],
    )  # fmt: skip
    def test_spellings_of_one_word_have_one_key(self, one, other):
        assert sql("vn_spell(%s)", one) == sql("vn_spell(%s)", other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [("má", "mà"), ("đa", "da"), ("yêu", "iêu"), ("quý", "qui"), ("hoàn", "hòn")],
    )
    def test_different_words_have_different_keys(self, one, other):
        assert sql("vn_spell(%s)", one) != sql("vn_spell(%s)", other)

    def test_the_key_knows_what_canonical_knows(self):
        draw = random.Random(3)
        for _round in range(200):
            vowels = draw.choice(["oa", "oe", "uy", "oan", "uyn", "oai"])
            place, tone = (
                draw.randrange(2),
                draw.choice("\u0300\u0301\u0303\u0309\u0323"),
            )
            word = draw.choice(["h", "th", "kh", "l"]) + vowels
            place += len(word) - len(vowels) + 1
            word = unicodedata.normalize("NFC", word[:place] + tone + word[place:])
            assert sql("vn_spell(%s)", word) == sql("vn_spell(%s)", canonical(word))

    @pytest.mark.parametrize(
        ("html", "words"),
        [
            ("<p>chuyển <strong>đ</strong>ổi</p><p>số</p>", "chuyển đổi số"),
            ('<p>a &amp; b &lt;c&gt; "d"&nbsp;e</p>', 'a & b <c> "d" e'),
            (
                '<a href="/x?a=1&amp;b=2">một</a><br>hai<img src="/m" alt="x">',
                "một hai",
            ),
            ("&amp;lt;", "&lt;"),
            ("", ""),
        ],
    )
    def test_plain_leaves_the_words_of_html(self, html, words):
        assert " ".join(sql("vn_plain(%s)", html).split()) == words

    def test_a_body_as_long_as_it_gets_does_not_break_the_vector(self):
        body = " ".join(f"từ{number} 𠀀{number}" for number in range(100_000))
        row = article("Dài")
        Article.objects.filter(pk=row.pk).update(body=f"<p>{body}</p>")
        assert titles("tu17", row.publish_at) == ["Dài"]


@pytest.mark.django_db
class TestColumn:
    def test_every_way_of_writing_keeps_it_right(self, now):
        row = article("Cũ")
        Article.objects.filter(pk=row.pk).update(body="<p>bản Nà Tu</p>")
        assert titles("na tu", now) == ["Cũ"]
        row.refresh_from_db()
        row.lead = "khuyến nông"
        row.save(update_fields=["lead"])
        assert titles("khuyen nong", now) == ["Cũ"]
        row.body = "<p>đổi rồi</p>"
        Article.objects.bulk_update([row], ["body"])
        assert titles("na tu", now) == []

    def test_is_never_read_into_python(self, django_assert_num_queries):
        article("Một")
        with django_assert_num_queries(1) as queries:
            assert Article.objects.get().search is None
        assert '"search"' not in queries.captured_queries[0]["sql"]

    def test_is_not_sent_back_on_writing(self, django_assert_num_queries):
        row = ArticleFactory.build(section=SectionFactory(), unit=UnitFactory())
        with django_assert_num_queries(1) as queries:
            row.save()
        assert '"search"' not in queries.captured_queries[0]["sql"]


@pytest.mark.django_db
class TestFinding:
    @pytest.mark.parametrize(
        "typed",
        [
            "doan xa cam giang",
            "ĐOÀN XÃ CẨM GIÀNG",
            unicodedata.normalize("NFD", "Đoàn xã Cẩm Giàng"),
            "Ðoàn xã Cẩm Giàng",
            "đoàn  cẩm-giàng",
            '"cẩm giàng"',
            "“cam giang”",
        ],
    )
    def test_however_it_is_typed(self, typed, now):
        article("Đoàn xã Cẩm Giàng ra quân")
        article("Đoàn phường Bắc Kạn")
        assert titles(typed, now) == ["Đoàn xã Cẩm Giàng ra quân"]

    def test_old_and_new_place_of_the_tone_are_one_spelling(self, now):
        """Without accents all three, the newest first; with, both spellings first."""
        article("Hòa nhịp", publish_at=now - 3 * DAY)
        article("Hoà giải", publish_at=now - 2 * DAY)
        article("Hoa đào", publish_at=now - DAY)
        for typed in ("hòa", "hoà", "HOÀ", unicodedata.normalize("NFD", "hòa")):
            assert titles(typed, now) == ["Hoà giải", "Hòa nhịp", "Hoa đào"]
        assert sorted(titles("hoa", now)) == ["Hoa đào", "Hoà giải", "Hòa nhịp"]

    def test_exact_accents_first_even_when_older_and_further_down(self, now):
        PublishedFactory(
            title="Xa", lead="…", body="<p>bánh của má</p>", publish_at=now - 9 * DAY
        )
        article("Mà sao", publish_at=now - DAY)
        article("Ma trận", publish_at=now)
        assert titles("má", now)[0] == "Xa"
        assert titles("mà", now)[0] == "Mà sao"
        assert len(titles("ma", now)) == 3

    def test_the_title_weighs_more_than_the_text(self, now):
        PublishedFactory(title="Khác", lead="…", body="<p>nấm hương</p>")
        article("Nấm hương", publish_at=now - 30 * DAY)
        assert titles("nam huong", now) == ["Nấm hương", "Khác"]

    def test_signs_part_words(self, now):
        article("Văn bản số 793/QĐ-BTTTT (2022)")
        for typed in ("793", "793/QĐ-BTTTT", "qd btttt", "2022", '"793 QĐ"'):
            assert titles(typed, now), typed

    def test_what_is_left_out(self, now):
        article("Mì chính")
        article("Mĩ thuật")
        assert titles("-mì mi", now) == ["Mĩ thuật"]
        assert titles("mi -mi", now) == []
        assert titles('mi -"chính"', now) == ["Mĩ thuật"]
        assert titles("-mì", now) == []

    def test_a_phrase_is_in_one_piece(self, now):
        article("An toàn số cho bà con")
        article("Số lượng người an toàn")
        assert titles('"an toan so"', now) == ["An toàn số cho bà con"]
        assert len(titles("an toan so", now)) == 2

    @pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
    def test_hostile_input_is_a_question_like_any_other(self, typed, now):
        article("Bài viết")
        assert titles(typed, now) == []

    def test_no_more_terms_than_help(self):
        assert len(parse("một " * 50).terms) == MOST_TERMS

    @pytest.mark.parametrize("typed", ["", "   ", "!!!", "-x", "😀"])
    def test_without_a_word_the_database_is_not_asked(
        self, typed, now, django_assert_num_queries
    ):
        with django_assert_num_queries(0):
            assert found(typed, now).rows == []


def out_of(section: int, now: dt.datetime):
    return Article.objects.published(now).filter(section=section)


@pytest.mark.django_db
class TestStandingRows:
    """Asked for all day by one text of SQL: only moment and words are new."""

    @pytest.fixture(params=[(1000, 2000), (3, 2)])
    def few(self, request, monkeypatch) -> None:
        """Words of a few rows; and of more than are counted and opened."""
        monkeypatch.setattr(finding, "CAP", request.param[0])
        monkeypatch.setattr(finding, "CANDIDATES", request.param[1])

    @pytest.mark.parametrize(
        "typed", ["ma", "má", '"ma sao"', '"má sao"', "sao -má", "má -ma", '"ma nao"']
    )
    def test_find_what_any_others_find(self, few, typed, now):
        section, other = SectionFactory(), SectionFactory()
        for place, title in enumerate(["Má sao", "Ma sao", "Sao mà", "Má", "Ma sao"]):
            article(title, publish_at=now - place * DAY, section=section)
        article("Má sao", section=other, publish_at=now)
        article("Ma sao", section=section, publish_at=now + DAY)
        for where, at in [(section, now), (other, now), (section, now + 2 * DAY)]:
            standing = Standing(out_of, (where.pk, at))
            for page in ({"limit": 2}, {"limit": 2, "offset": 1}, {"limit": 20}):
                asked = parse(typed), {"order": ORDER, **page}
                answer = find(standing, asked[0], **asked[1])
                assert answer == find(out_of(where.pk, at), asked[0], **asked[1])

    def test_are_built_once(self, now):
        built = []

        def out(at: dt.datetime):
            built.append(at)
            return Article.objects.published(at)

        article("Má")
        for typed in ("ma", "sao", "ma"):
            rows = Standing(out, (now,))
            find(rows, parse(typed), order=ORDER, limit=3, read=dict.fromkeys)
        assert len(built) == 1
        assert now not in built


@pytest.mark.django_db
class TestPages:
    """The same order whether the words are rare, many or more than are counted."""

    @pytest.fixture(params=["ranked", "many", "broad"])
    def band(self, request, monkeypatch) -> str:
        size = {"ranked": (1000, 200), "many": (1000, 5), "broad": (20, 5)}
        cap, ranked = size[request.param]
        monkeypatch.setattr(finding, "CAP", cap)
        monkeypatch.setattr(finding, "RANKED", ranked)
        return request.param

    def test_newest_first_and_every_row_once(self, band, now):
        many(30, now, title="Tin hay")
        pages = [titles("tin", now, limit=7, offset=start) for start in (0, 7, 14)]
        assert list(chain(*pages)) == [f"Tin hay {place}" for place in range(29, 8, -1)]

    def test_as_typed_first_then_the_rest(self, band, now):
        many(30, now, title="Ma")
        many(4, now - 90 * DAY, title="Má")
        expected = [f"Má {place}" for place in (3, 2, 1, 0)]
        expected += [f"Ma {place}" for place in range(29, -1, -1)]
        pages = [titles("má", now, limit=3, offset=start) for start in range(0, 18, 3)]
        assert list(chain(*pages)) == expected[:18]

    def test_more_as_typed_than_are_counted(self, band, now):
        many(30, now - 90 * DAY, title="Má")
        many(5, now, title="Ma")
        assert titles("má", now, limit=3, offset=3) == ["Má 26", "Má 25", "Má 24"]

    def test_the_count(self, band, now):
        many(30, now, title="Tin")
        answer = found("tin", now, limit=2)
        expected = (20, True) if band == "broad" else (30, False)
        assert (answer.count, answer.capped) == expected

    def test_exactly_at_the_cap_is_no_more(self, monkeypatch, now):
        monkeypatch.setattr(finding, "CAP", 3)
        many(3, now, title="Tin")
        assert not found("tin", now).capped
        article("Tin nữa")
        assert found("tin", now).capped

    @pytest.mark.parametrize("number", [1, 3, 30])
    def test_two_statements_however_many(
        self, band, number, now, django_assert_num_queries
    ):
        many(number, now, title="Tin")
        with django_assert_num_queries(2):
            found("tín", now, limit=7)

    def test_one_statement_without_a_match(self, now, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert found("tin", now).count == 0

    def test_a_reachable_page_is_one_that_is_counted(self):
        assert Hits([], 37).reachable == 37
        assert Hits([], finding.CAP, capped=True).reachable == finding.PAGED


class Explain:
    """Asks for the plan of each statement, under the settings it is sent with."""

    def __init__(self) -> None:
        self.plans: list[str] = []

    def __call__(self, execute, statement, params, many, context):
        settings, _, question = statement.rpartition("enable_indexscan = off;")
        prefix = f"{settings}enable_indexscan = off;" if settings else ""
        with connection.cursor() as cursor:
            cursor.cursor.execute(f"{prefix} EXPLAIN {question}", params)
            plan = "\n".join(line for (line,) in cursor.cursor.fetchall())
        self.plans.append(plan)
        return execute(statement, params, many, context)


@pytest.mark.django_db
class TestPhrasesOfBroadWords:
    """More rows have the words than are opened to see whether they stand together."""

    @pytest.fixture(autouse=True, params=["listed", "not listed"])
    def few_are_opened(self, request, monkeypatch, now):
        monkeypatch.setattr(finding, "CANDIDATES", 10)
        if request.param == "not listed":
            monkeypatch.setattr(finding, "LISTED", 20)
        many(30, now - 90 * DAY, title="Hay tin")

    def test_the_newest_are_looked_through(self, now):
        many(3, now, title="Tin hay")
        answer = found('"tin hay"', now)
        assert [row.title for row in answer.rows] == [f"Tin hay {n}" for n in (2, 1, 0)]
        assert (answer.count, answer.capped) == (3, True)

    def test_as_typed_first_page_by_page(self, now):
        many(4, now, title="Tin hay")
        many(3, now - 9 * DAY, title="Tín hay")
        expected = [f"Tín hay {n}" for n in (2, 1, 0)]
        expected += [f"Tin hay {n}" for n in (3, 2, 1, 0)]
        pages = [titles('"tín hay"', now, limit=2, offset=n) for n in range(0, 8, 2)]
        assert list(chain(*pages)) == expected

    def test_what_only_older_rows_have_is_still_found(self, now):
        """Slowly: nobody is told that there is nothing when there is."""
        many(2, now - 900 * DAY, title="Tin hay")
        answer = found('"tin hay"', now)
        assert [row.title for row in answer.rows] == ["Tin hay 1", "Tin hay 0"]
        assert (answer.count, answer.capped) == (2, False)

    def test_only_rows_with_the_words_are_opened(self, now, monkeypatch):
        """As long as they are few enough to be listed."""
        many(3, now - 9 * DAY, title="Tin hay")
        many(12, now, title="Khác")
        answer = found('"tin hay"', now)
        assert (answer.count, answer.capped) == (3, finding.LISTED > 20)
        assert [row.title for row in answer.rows] == [f"Tin hay {n}" for n in (2, 1, 0)]

    def test_of_what_all_rows_hold_those_as_typed_come_first(self, now):
        """Nothing among the newest: the others are opened, each once."""
        many(2, now - 900 * DAY, title="Tin hay")
        many(1, now - 990 * DAY, title="Tín hay")
        many(1, now - 990 * DAY, title="Hay tín")
        expected = ["Tín hay 0", "Tin hay 1", "Tin hay 0"]
        assert titles('"tín hay"', now) == expected

    def test_more_than_are_counted(self, now, monkeypatch):
        monkeypatch.setattr(finding, "CAP", 4)
        many(3, now - 900 * DAY, title="Tín hay")
        many(5, now - 800 * DAY, title="Tin hay")
        expected = [f"Tín hay {n}" for n in (2, 1, 0)]
        expected += [f"Tin hay {n}" for n in (4, 3, 2, 1, 0)]
        pages = [titles('"tín hay"', now, limit=3, offset=n) for n in range(0, 9, 3)]
        assert list(chain(*pages)) == expected

    def test_nothing_is_nothing(self, now):
        answer = found('"tin hay"', now)
        assert (answer.rows, answer.count, answer.capped) == ([], 0, False)

    def test_words_left_out_stay_out(self, now):
        many(3, now, title="Tin hay")
        assert titles('"tin hay" -1', now) == ["Tin hay 2", "Tin hay 0"]

    def test_what_is_not_public_is_never_found(self, now):
        many(3, now, title="Tin hay")
        article("Tin hay ngày mai", publish_at=now + DAY)
        ArticleFactory(title="Tin hay nháp")
        assert found('"tin hay"', now).count == 3


@pytest.mark.django_db(transaction=True)
def test_the_newest_are_opened_in_the_order_of_their_index(now, monkeypatch):
    """In autocommit, where what is set for one statement ends with it."""
    monkeypatch.setattr(finding, "CANDIDATES", 10)
    monkeypatch.setattr(finding, "LISTED", 1_000)
    many(2_000, now, title="Tin hay")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE news_article")
    explain = Explain()
    with connection.execute_wrapper(explain):
        assert found('"tin hay"', now, limit=10).rows
    probe, newest, *_others = explain.plans
    assert "Bitmap Index Scan on article_search" in probe
    assert "Index Scan using article_published" in newest
    assert "Sort" not in newest


@pytest.mark.django_db(transaction=True)
def test_of_what_has_the_words_only_the_newest_are_opened(now, monkeypatch):
    monkeypatch.setattr(finding, "CANDIDATES", 10)
    many(2_000, now, title="Tin hay")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE news_article")
    explain = Explain()
    with connection.execute_wrapper(explain):
        assert found('"tin hay"', now, limit=10).count == 10
    listed, *_read = explain.plans
    assert "Bitmap Index Scan on article_search" in listed
    assert "Tid Scan on news_article" in listed
    assert "Seq Scan" not in listed
    assert len(explain.plans) == 2


@pytest.mark.django_db
def test_what_is_not_public_is_never_found(now):
    article("Tin ra rồi", publish_at=now - DAY)
    ArticleFactory(title="Tin nháp")
    article("Tin ngày mai", publish_at=now + DAY)
    article("Tin hết hạn", publish_at=now - 3 * DAY, expire_at=now)
    article("Tin gỡ", state="archived", publish_at=now - DAY)
    assert titles("tin", now) == ["Tin ra rồi"]
    assert found("tin", now).count == 1


@pytest.mark.django_db
def test_within_a_tag_words_and_tag_are_asked_of_one_index(now):
    """Else the words of every row of the tag would be unpacked."""
    many(2_000, now, title="Tin hay")
    tag = Tag.objects.create(name="Thẻ")
    tag.articles.set(Article.objects.order_by("pk")[:200])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE news_article")
    explain = Explain()
    within = Article.objects.published(now).tagged(tag.pk)
    with connection.execute_wrapper(explain):
        assert find(within, parse("tin"), order=ORDER, limit=10).count == 200
    asked = [line for line in explain.plans[0].splitlines() if "Index Cond" in line]
    assert "search @@" in asked[0]
    assert "tag_ids @>" in asked[0]
    assert "Filter: (search @@" not in explain.plans[0]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["tin", "tín", "tin hay", '"tin hay"', "tin -19"])
def test_the_plan_asks_the_word_index_and_never_reads_the_table(typed, now):
    """Even of a table where every row has the word, with statistics that say so."""
    many(2_000, now, title="Tin hay")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE news_article")
    explain = Explain()
    with connection.execute_wrapper(explain):
        assert found(typed, now, limit=10).rows
    plans = explain.plans
    assert "Bitmap Index Scan on article_search" in plans[0]
    # The words of a phrase are counted before it is looked for.
    assert len(plans) == 2 + typed.startswith('"')
    for plan in plans:
        assert "Seq Scan" not in plan


class TestMarking:
    @pytest.mark.parametrize(
        ("text", "typed", "marked"),
        [
            ("Tổ công nghệ số", "cong nghe", "Tổ [công] [nghệ] số"),
            ("HOÀ hòa hoa hoàn", "hoa", "[HOÀ] [hòa] [hoa] hoàn"),
            ("Kĩ năng", "kỹ", "[Kĩ] năng"),
            ("Đoàn xã", "doan", "[Đoàn] xã"),
            ("<b>số</b> & số", "so", "&lt;b&gt;[số]&lt;/b&gt; &amp; [số]"),
            ("amp lt", "a", "amp lt"),
            ("số", "-số", "số"),
        ],
    )  # fmt: skip
    def test_words_are_marked_whatever_accents_they_have(self, text, typed, marked):
        html = mark(text, parse(typed).words)
        assert html.replace("<mark>", "[").replace("</mark>", "]") == marked

    def test_decomposed_text_as_well(self):
        text = unicodedata.normalize("NFD", "Chuyển đổi")
        assert mark(text, ["doi"]).endswith("</mark>")

    @pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
    def test_marks_add_nothing_but_marks(self, typed):
        text = f"<i>{typed[:500]}</i> a b or 'x' & số"
        html = mark(text, parse(typed).words)
        bare = html.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert strip_tags(bare) == bare

    def test_a_snippet_shows_the_place(self):
        text = "mở đầu " * 100 + "rồi mới đến khuyến nông " + "và hết " * 100
        html = snippet(text, ["khuyen", "nong"])
        assert "<mark>khuyến</mark> <mark>nông</mark>" in html
        assert html.startswith("… ")
        assert html.endswith("…")
        assert len(strip_tags(html)) < 240

    def test_a_short_text_is_its_own_snippet(self):
        assert snippet("Một buổi tối.", ["toi"]) == "Một buổi <mark>tối</mark>."

    def test_a_snippet_does_not_run_blocks_together(self):
        text = "Chìa khóa VNeID\nBuổi thứ hai đông hơn.\nVì sao?\nVì hỏi nhau\n"
        assert snippet(text, []) == (
            "Chìa khóa VNeID · Buổi thứ hai đông hơn. Vì sao? Vì hỏi nhau"
        )

    def test_has(self):
        assert has("Kỹ năng", ["ki"])
        assert not has("Kỹ năng", ["nan"])
        assert not has("Kỹ năng", [])
