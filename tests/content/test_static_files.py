import re
from urllib.request import urlopen

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from content.static_files import JoinedStyles, joined_styles


@pytest.fixture
def sources(tmp_path, settings):
    root = tmp_path / "static"
    (root / "css/components").mkdir(parents=True)
    (root / "css/tokens.css").write_text(":root { --gap: 1rem; } /* ghi chú */")
    (root / "css/base.css").write_text("body { margin: calc(1px + 2px); }")
    (root / "css/components/row.css").write_text('.row::after { content: " đ "; }')
    (root / "css/components/card.css").write_text(".card { color: red; }")
    (root / "css/print.css").write_text("a { color: black }")
    (root / "mark.svg").write_text("<svg/>")
    settings.STATICFILES_DIRS = [root]
    settings.VAR = tmp_path / "var"
    settings.STATIC_ROOT = tmp_path / "collected"
    finders.get_finder.cache_clear()
    yield root
    finders.get_finder.cache_clear()


JOINED = (
    ":root{--gap:1rem}body{margin:calc(1px + 2px)}.card{color:red}"
    '.row::after{content:" đ "}'
)


def listed():
    return sorted(path for path, storage in JoinedStyles().list([]))


def test_tokens_then_base_then_components_by_name(sources):
    assert joined_styles() == JOINED


def test_the_sheet_stands_for_its_parts(sources):
    assert listed() == ["css/print.css", "css/site.css", "mark.svg"]
    assert finders.find("css/tokens.css") is None
    assert finders.find("css/components/row.css", find_all=True) == []
    assert finders.find("css/print.css") == str(sources / "css/print.css")


def test_the_sheet_is_found_and_follows_its_parts(sources):
    found = finders.find("css/site.css")
    assert [found] == finders.find("css/site.css", find_all=True)
    with open(found, encoding="utf-8") as sheet:
        assert sheet.read() == JOINED
    (sources / "css/components/zebra.css").write_text(".z { a: b }")
    finders.find("css/site.css")
    with open(found, encoding="utf-8") as sheet:
        assert sheet.read() == JOINED + ".z{a:b}"


def test_an_unchanged_sheet_is_not_written_again(sources, settings):
    listed()
    sheet = settings.VAR / "styles/css/site.css"
    before = sheet.stat()
    listed()
    assert sheet.stat().st_mtime_ns == before.st_mtime_ns
    assert [file.name for file in sheet.parent.iterdir()] == ["site.css"]
    assert before.st_mode & 0o777 == 0o644


def test_without_parts_there_is_no_sheet(sources):
    for part in (sources / "css").rglob("*.css"):
        part.unlink()
    assert listed() == ["mark.svg"]
    assert finders.find("css/site.css") is None
    assert finders.find("css/site.css", find_all=True) == []


def test_collectstatic_takes_the_sheet_alone(sources, settings):
    call_command("collectstatic", interactive=False, verbosity=0)
    collected = settings.STATIC_ROOT
    assert (collected / "css/site.css").read_text("utf-8") == JOINED
    assert not (collected / "css/tokens.css").exists()
    assert not (collected / "css/components").exists()


def test_our_own_sheet_keeps_every_rule():
    """The minifier drops comments and space and nothing else."""
    sheet = joined_styles()
    assert sheet.count("{") == sheet.count("}")
    assert "/*" not in sheet
    assert not re.search(r"url\(|@import", sheet), "nothing is fetched by the sheet"


def test_the_sheet_is_served(live_server):
    address = f"{live_server.url}/static/css/site.css"
    with urlopen(address) as response:  # noqa: S310  our own server
        assert response.read().decode() == joined_styles()
