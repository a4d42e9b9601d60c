"""The house (DESIGN section 2), read off the models instead of the imports.

import-linter sees imports; a relation written as a string ("training.Session")
passes under it. So this walks every relation that Django knows.
"""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignObjectRel, Model

from members import merge, privacy
from members.models import Person

FLOORS = {
    "portal": 4,
    "news": 3,
    "training": 3,
    "teams": 3,
    "contests": 3,
    "members": 2,
    "certificates": 2,
    "mail": 1,
    "content": 0,
    "vietnam": 0,
}

OURS = [model for model in apps.get_models() if model._meta.app_label in FLOORS]


def relations(model: type[Model]):
    """The fields with which a model points to another one, many-to-many included."""
    for field in model._meta.get_fields(include_hidden=True):
        target = field.related_model
        if target is None or isinstance(field, ForeignObjectRel) or target == "self":
            continue
        yield field.name, target


def reaches(source: str, target: str) -> bool:
    """Whether an app may point to another: itself, or any floor below."""
    beside = (source, target) == ("certificates", "members")  # never the other way
    return beside or source == target or FLOORS[target] < FLOORS[source]


POINTERS = [
    pytest.param(model, target, id=f"{model._meta.label}.{name}")
    for model in OURS
    for name, target in relations(model)
    if target._meta.app_label in FLOORS
]


@pytest.mark.parametrize(("model", "target"), POINTERS)
def test_relations_only_point_downwards(model, target):
    assert reaches(model._meta.app_label, target._meta.app_label)


@pytest.mark.parametrize(
    ("source", "target", "allowed"),
    [
        ("training", "members", True),
        ("members", "mail", True),
        ("news", "news", True),
        ("news", "training", False),
        ("members", "training", False),
        ("mail", "members", False),
        ("members", "certificates", False),
    ],
)
def test_the_house_itself(source, target, allowed):
    assert reaches(source, target) is allowed


def test_every_package_of_ours_has_its_floor():
    here = settings.BASE_DIR.resolve()
    paths = {config.label: Path(config.path) for config in apps.get_app_configs()}
    ours = {label for label, path in paths.items() if path.resolve().parent == here}
    assert "members" in ours
    assert ours <= set(FLOORS)


# --- Who points to a person -----------------------------------------------------

ABOUT_PEOPLE = sorted(
    {
        model._meta.label_lower
        for model in OURS
        for _name, target in relations(model)
        if target is Person
    }
)
"""Strict on purpose. A row that points to a person must be moved when two records
become one, or the merge fails on it; and it is something held about that person, so it
must be handed out and answer to an erasure. So each such model joins both."""


@pytest.mark.parametrize("label", ABOUT_PEOPLE)
def test_a_model_that_points_to_a_person_joins_privacy_and_merge(label):
    assert label in privacy.registry, f"{label} is not in members.privacy.registry"
    assert label in merge.registry, f"{label} is not in members.merge.registry"


def test_the_walk_sees_the_models_that_it_is_about():
    assert {"members.user", "members.consent", "members.guardian"} <= set(ABOUT_PEOPLE)


@pytest.mark.parametrize("registry", [privacy.registry, merge.registry])
def test_what_is_registered_is_a_model(registry):
    """A misspelt key would look like a registration and be none."""
    for key, item in registry.items():
        assert apps.get_model(key)._meta.label_lower == key, item
