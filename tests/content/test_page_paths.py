from django.urls import reverse, set_script_prefix

from content.page_paths import page_path


def test_it_is_what_reverse_finds_below_whatever_the_site_stands():
    try:
        for prefix in ("/", "/chuyen-doi-so/"):
            set_script_prefix(prefix)
            for _once_more in range(2):
                found = page_path("training:session", "an-toan-so")
                assert found == reverse("training:session", args=["an-toan-so"])
                assert found.startswith(prefix)
    finally:
        set_script_prefix("/")
