"""Repairs what can be repaired and touches nothing else."""

import random

import pytest

from content.mending import is_mendable, mend, mend_html
from content.paste import findings
from tests.content import paste_samples as samples


def test_two_hundred_clean_articles_come_back_untouched():
    for text in samples.clean_articles(200):
        assert findings(text) == [], text
        assert mend(text) == text


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "damage",
    [
        samples.decomposed,
        samples.double_encoded,
        samples.zero_width,
        samples.hard_spaced,
        samples.torn,
    ],
)
def test_thirty_damaged_articles_are_found_and_mended(damage, seed):
    dice = random.Random(seed)
    text = f"{samples.clean_articles(1, seed)[0]}\n{samples.PLAIN[seed % 3]}"
    broken = text.replace(
        samples.PLAIN[seed % 3], damage(samples.PLAIN[seed % 3], dice)
    )
    assert broken != text
    assert findings(broken)
    assert is_mendable(broken)
    mended = mend(broken)
    # Joined words leave the rest of their line behind; the words are the same.
    assert mended.split() == text.split()
    assert findings(mended) == []


@pytest.mark.parametrize("marks", ["??", "?", "\ufffd", "???"])
@pytest.mark.parametrize("seed", range(8))
def test_lost_letters_are_found_at_any_density_and_stay(marks, seed):
    dice = random.Random(seed)
    plain = samples.holes(samples.PLAIN[seed % 3], dice, marks)
    text = f"{samples.clean_articles(1, seed)[0]}\n{plain}"
    assert {fault.reason.value for fault in findings(text)} == {"lost"}
    assert mend(text) == text


def test_rich_text_is_mended_in_its_words_only():
    html = (
        "<p>các giải p</p><p>háp <b>số</b> &amp; ng ười</p>"
        '<p><a href="/a?b=chuy%E1%BB%83n&amp;c=1">chuy\u200bển</a> đo<br>àn viên</p>'
        "<pre>a\u200bb ?? c</pre><p>ChuyÓn <b>®æi</b> sè</p>"
    )
    assert mend_html(html) == (
        "<p>các giải pháp <b>số</b> &amp; người</p>"
        '<p><a href="/a?b=chuy%E1%BB%83n&amp;c=1">chuyển</a> đoàn viên</p>'
        "<pre>a\u200bb ?? c</pre><p>Chuyển <b>đổi</b> số</p>"
    )


def test_what_is_clean_comes_back_byte_for_byte():
    html = "<p>A &lt; B &amp; “C”</p><ul><li>thanh</li><li>niên</li></ul><p>&nbsp;</p>"
    assert mend_html(html) == html


def test_hard_spaces_inside_a_name_stay():
    assert mend("tại xã\u00a0Chợ\u00a0Đồn, ở\u00a0Đà Nẵng") == (
        "tại xã\u00a0Chợ\u00a0Đồn, ở\u00a0Đà Nẵng"
    )


def test_lines_of_a_list_are_not_joined():
    html = "<ul><li>giải p</li><li>háp</li></ul>"
    assert mend_html(html) == html


def test_words_parted_by_a_sign_of_no_width_get_their_space():
    assert mend("chuyển\u200bđổi s\u200bố") == "chuyển đổi số"
