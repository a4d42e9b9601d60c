"""docs/cases.md promises outcomes; each is said by tests that exist."""

import ast
import re
from functools import cache

import pytest
from django.conf import settings

TESTS = settings.BASE_DIR / "tests"
WITH_CONTROL = {1, 2, 3, 5, 7, 12, 13, 21}
ROW = re.compile(r"\| ([0-9]+)\. [^|]+\|[^|]+\|(?P<said_by>[^|]+)\|")


def rows():
    text = (settings.BASE_DIR / "docs" / "cases.md").read_text("utf-8")
    return {
        int(row[1]): re.findall(r"`([^`]+)`", row["said_by"])
        for row in ROW.finditer(text)
    }


@cache
def names_in(path):
    """`test_it` and `TestClass::test_it`, as pytest calls them."""
    found = set()
    for node in ast.parse((TESTS / path).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            functions = (one for one in node.body if isinstance(one, ast.FunctionDef))
            found |= {f"{node.name}::{one.name}" for one in functions}
    return found


def test_every_case_has_its_row():
    assert list(rows()) == list(range(1, 26))


@pytest.mark.parametrize("case", range(1, 26))
def test_the_tests_that_are_named_exist(case):
    named = rows()[case]
    assert named
    for one in named:
        path, _, name = one.partition("::")
        assert name in names_in(path), one


@pytest.mark.parametrize("case", sorted(WITH_CONTROL))
def test_the_races_have_their_control(case):
    races = [one for one in rows()[case] if one.startswith("races/")]
    controls = [one for one in races if "::test_without_" in one]
    assert controls
    assert len(races) > len(controls)
