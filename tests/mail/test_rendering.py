import pytest
from django.template import Context, Engine, TemplateDoesNotExist

from mail.rendering import render

TEMPLATES = {
    "mail/tests/greeting.subject.txt": (
        "{% load i18n %}\n{% translate 'Yes' %}, {{ name }}\n"
    ),
    "mail/tests/greeting.txt": (
        "{% extends 'mail/base.txt' %}"
        "{% block content %}Hello {{ name }}, see {{ site_url }}{% endblock %}"
    ),
    "mail/tests/greeting.html": (
        "{% extends 'mail/base.html' %}"
        "{% block content %}<h1>Hello {{ name }}</h1>{% endblock %}"
    ),
}


@pytest.fixture(autouse=True)
def _templates(settings):
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": settings.TEMPLATES[0]["DIRS"],
            "OPTIONS": {
                "loaders": [
                    ("django.template.loaders.locmem.Loader", TEMPLATES),
                    "django.template.loaders.filesystem.Loader",
                ]
            },
        }
    ]
    Engine.get_default.cache_clear()
    yield
    Engine.get_default.cache_clear()


def test_plain_text_is_not_escaped_and_html_is():
    content = render("tests/greeting", {"name": "Lan & <Bình>"})
    assert content.subject == "Có, Lan & <Bình>"
    assert content.text.startswith("Hello Lan & <Bình>, see http")
    assert "Hello Lan &amp; &lt;Bình&gt;</h1>" in content.html


def test_language_is_the_readers_not_the_requests():
    assert render("tests/greeting", {"name": "Lan"}, language="en").subject[:3] == "Yes"


def test_subject_stays_one_line_whatever_a_title_holds():
    content = render("tests/greeting", {"name": "a\r\nBcc: b@example.com\u2028c"})
    assert content.subject == "Có, a Bcc: b@example.com c"


def test_styles_stand_in_the_elements_and_media_queries_remain():
    html = render("tests/greeting", {"name": "Lan"}).html
    assert '<h1 style="' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_text_has_no_holes_and_one_line_break_at_the_end():
    text = render("tests/greeting", {"name": "Lan"}).text
    assert "\n\n\n" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_both_bodies_offer_the_way_out_if_there_is_one():
    url = "https://example.com/thu-tin/ngung/x/"
    content = render("tests/greeting", {"name": "Lan", "unsubscribe_url": url})
    assert url in content.text
    assert url in content.html
    assert "/ngung/" not in render("tests/greeting", {"name": "Lan"}).text


def test_context_of_the_caller_is_left_alone():
    context = {"name": "Lan"}
    render("tests/greeting", context)
    assert context == {"name": "Lan"}


def test_missing_template_is_an_error():
    with pytest.raises(TemplateDoesNotExist):
        render("tests/none", {})


def test_base_of_plain_text_does_not_escape_under_any_context():
    template = Engine.get_default().from_string(
        "{% extends 'mail/base.txt' %}{% block content %}{{ name }}{% endblock %}"
    )
    assert "a & b" in template.render(Context({"name": "a & b"}))
