"""What two people see of what changed between two texts."""

import pytest

from news.comparing import Piece, changed_lines, differences
from news.revisions import text_of
from tests.factories.news import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db


def words(pieces, kind):
    return [piece.words for piece in pieces if piece.kind == kind]


def test_equal_texts_have_no_difference():
    text = text_of(ArticleFactory())
    assert differences(text, dict(text)) == []


def test_a_changed_word_is_marked_and_its_neighbours_stay():
    [line] = changed_lines("Sáng thứ Bảy có lớp học.", "Sáng Chủ nhật có lớp học.")
    assert "".join(words(line, "gone")).split() == ["thứ", "Bảy"]
    assert "".join(words(line, "new")).split() == ["Chủ", "nhật"]
    assert line[-1] == Piece("same", "có lớp học.")


def test_every_word_of_both_texts_can_be_read():
    before = "Một hai ba.\nBốn năm.\nSáu."
    after = "Một hai tư.\nMới hoàn toàn khác hẳn.\nSáu.\nBảy."
    lines = changed_lines(before, after)
    old = "\n".join("".join(p.words for p in line if p.kind != "new") for line in lines)
    new = "\n".join(
        "".join(p.words for p in line if p.kind != "gone") for line in lines
    )
    assert old.split() == before.split()
    assert new.split() == after.split()


def test_sentences_with_nothing_in_common_are_not_cut_into_a_mosaic():
    lines = changed_lines("Lớp học mở cửa lúc bảy giờ.", "Ai cũng được mời.")
    assert [[piece.kind for piece in line] for line in lines] == [["gone"], ["new"]]


def test_fields_are_named_and_choices_read_as_words():
    article = ArticleFactory(kind="article")
    before = text_of(article)
    article.kind, article.section = "guide", SectionFactory(name="An toàn số")
    found = differences(before, text_of(article))
    assert [d.label for d in found] == ["Chuyên mục", "Loại"]
    assert "An toàn số" in words(found[0].lines[-1], "new")


def test_a_change_of_looks_alone_is_said_so():
    article = ArticleFactory(body="<p>Cùng một câu.</p>")
    before = text_of(article)
    article.body = "<h2>Cùng một câu.</h2>"
    [found] = differences(before, text_of(article))
    assert found.look_only
    assert found.lines == []
