"""What the documents promise is there: settings, links, commands."""

import re

import pytest
from django.conf import settings

from benchmarks.__main__ import ROWS

ROOT = settings.BASE_DIR
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "benchmarks").glob("*.md"),
]


def variables() -> set[str]:
    """What the settings read from the environment."""
    found = set()
    for path in (ROOT / "portal" / "settings").glob("*.py"):
        text = path.read_text("utf-8")
        found.update(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text))
    return found


def test_every_setting_of_the_environment_is_explained():
    assert len(variables()) > 20
    assert {name for name in variables() if f"`{name}`" not in README} == set()


def test_every_make_command_that_is_named_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"`(?:[A-Z_]+=\S+ )?make ([a-z-]+)", README))
    assert {"run", "test", "screenshots"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_row_of_the_benchmarks_is_explained_with_what_makes_it_smaller():
    text = (ROOT / "benchmarks" / "README.md").read_text("utf-8")
    table = dict(re.findall(r"^\| `(\w+)` (\|.+)$", text, re.MULTILINE))
    assert set(table) == set(ROWS)
    for row in ROWS:
        code = (ROOT / "benchmarks" / f"{row}.py").read_text("utf-8")
        sizes = set(re.findall(r'int\(os\.environ\.get\("([A-Z_]+)"', code))
        assert {name for name in sizes if f"`{name}=" not in table[row]} == set(), row


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_to_one(path):
    text = path.read_text("utf-8")
    links = re.findall(r'\]\(([^)#\s]+)\)|src="([^"]+)"', text)
    for link in ("".join(pair) for pair in links):
        if "://" not in link and not link.startswith("/"):
            assert (path.parent / link).exists(), link


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    for path in folder.glob("0*.md"):
        assert f"]({path.name})" in index, path.name
