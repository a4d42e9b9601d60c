from content.richtext import clean_html
from content.templatetags.reading import readable

TABLE = "<table><tbody><tr><td>Một</td></tr></tbody></table>"


def test_each_table_stands_in_a_box_that_the_keyboard_reaches():
    html = readable(clean_html(f"<p>Trước</p>{TABLE}{TABLE.replace('Một', 'Hai')}"))
    assert html.count('<div class="table-box" role="group" tabindex="0"') == 2
    assert html.count("</table></div>") == 2
    assert html.startswith("<p>Trước</p><div")


def test_a_table_within_a_table_keeps_the_boxes_in_order():
    html = readable(TABLE.replace("Một", TABLE))
    assert html.count("<div") == html.count("</div>") == 2
    assert html.endswith("</table></div>")


def test_text_without_tables_and_text_about_tags_stay_as_they_are():
    for html in ("<p>Chữ</p>", "<p>&lt;table&gt;</p>", ""):
        assert readable(html) == html
