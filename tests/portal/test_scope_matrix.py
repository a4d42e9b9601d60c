"""Each role in one unit walks everything there is of another one.

Two communes hold a row of every list. As each role of the admin in the one: lists,
filters, searches, choice lists, forms, histories, questions before deleting, every page
of our own with its files, and every action of every list, tried on the rows of the
other. The other looks back at the first, and a branch below looks up at its commune.
Then every role there is, those without work in the admin too, asks for the pages of
staff outside the admin. Nothing of theirs is shown, and nothing of it changes.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass

import pytest
import time_machine
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from members import permissions
from members.models import Role, Unit
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.portal.scope_world import Behind, as_it_stands
from tests.portal.test_admin_matrix import ADMINS, ROWS, SEARCHED, UNITLESS

SECRET, OURS, PRIVATE = "Bí Mật Xã Bên", "Của Xã Ta", "Người Giấu Tên"
USUAL = {"changelist", "add", "history", "delete", "change", "autocomplete"}
ENDINGS = ("csv", "xlsx")
# Asked on the page that follows, not by the press itself.
HARMLESS = {302, 200, 403, 404, 405, 400, 410}


class World:
    """The rows of both communes, by the label of their list."""

    def __init__(self) -> None:
        province = UnitFactory(name="Tỉnh đoàn")
        self.here = UnitFactory(parent=province, name="Đoàn xã Ta")
        self.there = UnitFactory(parent=province, name="Đoàn xã Bên")
        self.ours, self.theirs = {}, {}
        for label, make in ROWS.items():
            self.ours[label] = self._key(label, make(self.here, OURS))
            self.theirs[label] = self._key(label, make(self.there, SECRET))
        self.below = UnitFactory(parent=self.there, name="Chi đoàn thôn Bên")
        self.behind = Behind(self.there, PRIVATE)

    @staticmethod
    def _key(label, made) -> int:
        if made._meta.label == label:
            return made.pk
        return ADMINS[label].model._base_manager.latest("pk").pk

    def seen_from(self, place: str) -> Sight:
        if place == "the other commune":
            return Sight(self.there, self.theirs, self.ours, OURS)
        unit = self.below if place == "a branch of theirs" else self.here
        return Sight(unit, self.ours, self.theirs, SECRET)


@dataclass(frozen=True)
class Sight:
    """From where somebody looks, and what they must not read."""

    unit: Unit
    ours: dict[str, int]
    theirs: dict[str, int]
    secret: str

    def as_it_stands(self, label) -> dict:
        rows = ADMINS[label].model._base_manager.filter(pk=self.theirs[label])
        return rows.values().get()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("scope")
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(
            PRIVATE_ROOT=folder / "private",
            MEDIA_ROOT=folder / "media",
            MAILBOX=folder / "mail",
        ),
        time_machine.travel("2026-11-23T02:00:00+00:00", tick=False),
    ):
        yield World()
        transaction.set_rollback(True)
    cache.clear()


def words_of(response) -> str:
    """All that an answer says, be it a page, a text or a workbook."""
    data = response.getvalue()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = [package.read(name) for name in package.namelist()]
        return b"\n".join(parts).decode(errors="replace")
    text = data.decode(errors="replace")
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return json.dumps(json.loads(text), ensure_ascii=False)
    return text


class Walk:
    """What one account meets; remembers each address that told a secret."""

    def __init__(self, user, secret: str = SECRET) -> None:
        self.secret = secret
        self.client = Client(raise_request_exception=True)
        self.client.force_login(user)
        self.leaks: list[str] = []
        self.asked = 0

    def get(self, address: str, data=None):
        self.asked += 1
        with transaction.atomic():
            response = self.client.get(address, data)
            self._look(address, response, data)
            transaction.set_rollback(True)
        return response

    def post(self, address: str, data: dict):
        self.asked += 1
        response = self.client.post(address, data)
        self._look(f"{address} {data}", response, None)
        return response

    def _look(self, address, response, data) -> None:
        assert response.status_code in HARMLESS, (address, response.status_code)
        said = words_of(response)
        for typed in (data or {}).values():
            # What was typed stands in the box, and in the addresses of filters.
            said = said.replace(f'value="{typed}"', "")
        if self.secret in said:
            place = said.index(self.secret)
            around = said[max(0, place - 120) : place + 60]
            self.leaks.append(f"{address}: …{around}…")


def name_of(label: str, page: str) -> str:
    return f"admin:{label.lower().replace('.', '_')}_{page}"


def own_pages(model_admin, here: int, there: int):
    """The addresses of pages that only this admin has, for rows of both communes."""
    for pattern in model_admin.get_urls():
        if not pattern.name or pattern.name.rpartition("_")[2] in USUAL:
            continue
        names = list(pattern.pattern.converters)
        for key in (there, here) if names else (there,):
            for ending in ENDINGS if "ending" in names else ENDINGS[:1]:
                given = {
                    name: {"ending": ending, "pair": f"{here}-{there}"}.get(name, key)
                    for name in names
                }
                try:
                    yield reverse(f"admin:{pattern.name}", kwargs=given)
                except NoReverseMatch:
                    continue


def look_around(walk: Walk, sight: Sight, label: str) -> None:
    """Lists, forms and pages of one sort of rows."""
    here, there = sight.ours[label], sight.theirs[label]
    model_admin = ADMINS[label]
    walk.get(reverse(name_of(label, "changelist")))
    if model_admin.get_search_fields(None):
        found = walk.get(reverse(name_of(label, "changelist")), {"q": sight.secret})
        assert 'class="field-' not in words_of(found), label
    walk.get(reverse(name_of(label, "add")))
    for page in ("change", "history", "delete"):
        walk.get(reverse(name_of(label, page), args=[here]))
        theirs = walk.get(reverse(name_of(label, page), args=[there]))
        # Django leads away from a row that one does not see.
        assert theirs.status_code in {302, 403, 404}, (label, page)
    for address in own_pages(model_admin, here, there):
        walk.get(address)


def press_everything(walk: Walk, sight: Sight, label: str) -> None:
    """Every action of the list, tried on the row of the other commune."""
    before = sight.as_it_stands(label)
    request = walk.get(reverse(name_of(label, "changelist"))).wsgi_request
    for action in ADMINS[label].get_actions(request):
        with transaction.atomic():
            chosen = {"action": action, ACTION_CHECKBOX_NAME: [sight.theirs[label]]}
            walk.post(reverse(name_of(label, "changelist")), chosen)
            walk.post(reverse(name_of(label, "changelist")), chosen | {"post": "yes"})
            assert sight.as_it_stands(label) == before, (label, action)
            transaction.set_rollback(True)


def search_in_choices(walk: Walk) -> None:
    for one in SEARCHED:
        model_admin, name = one.values
        if model_admin.model._meta.get_field(name).related_model._meta.label in (
            UNITLESS
        ):
            continue  # everybody's: there is nothing of another commune
        asked = {
            "app_label": model_admin.model._meta.app_label,
            "model_name": model_admin.model._meta.model_name,
            "field_name": name,
            "term": "",
        }
        walk.get(reverse("admin:autocomplete"), asked)


@pytest.mark.django_db
def test_every_role_of_the_admin_has_a_list_to_look_at():
    # Its mark also tells pytest-django that this file needs the database.
    for role in permissions.ADMIN_ROLES:
        user = AssignmentFactory(role=role).user
        assert any(permissions.may(user, ADMINS[label].view_action) for label in ROWS)


PLACES = [
    *(("one commune", role) for role in sorted(permissions.ADMIN_ROLES)),
    ("the other commune", Role.UNIT_SECRETARY),
    ("a branch of theirs", Role.PROVINCE_ADMIN),
]


@pytest.mark.parametrize(("place", "role"), PLACES)
def test_nothing_of_another_unit_is_shown_or_changed(
    place, role, world, django_db_blocker
):
    sight = world.seen_from(place)
    with django_db_blocker.unblock(), transaction.atomic():
        user = AssignmentFactory(role=Role(role), unit=sight.unit).user
        walk = Walk(user, sight.secret)
        walk.get(reverse("admin:index"))
        for label in ROWS:
            if permissions.may(user, ADMINS[label].view_action):
                look_around(walk, sight, label)
                press_everything(walk, sight, label)
            else:
                closed = walk.get(reverse(name_of(label, "changelist")))
                assert closed.status_code == 403, label
        for label in UNITLESS:
            walk.get(reverse(name_of(label, "changelist")))
        search_in_choices(walk)
        transaction.set_rollback(True)
    assert not walk.leaks, "\n".join(walk.leaks)


def test_the_walk_would_see_a_leak(world, django_db_blocker):
    """The control: whoever looks after the other commune meets the secret."""
    with django_db_blocker.unblock(), transaction.atomic():
        walk = Walk(AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=world.there).user)
        for label in ROWS:
            there = world.theirs[label]
            walk.get(reverse(name_of(label, "change"), args=[there]))
        transaction.set_rollback(True)
    assert len(walk.leaks) > len(ROWS) * 0.8


# --- Pages of staff outside the admin -----------------------------------------------

LISTS = (
    *("/ca-nhan/", "/ca-nhan/vai-tro/", "/ca-nhan/du-lieu/", "/cham-thi/"),
    *("/to-cong-nghe-so/bao-cao/", "/to-cong-nghe-so/de-nghi-ho-tro/cua-to/"),
    *("/tap-huan/", "/tap-huan/lich-cua-toi/", "/tin-tuc/van-ban/xac-nhan/"),
)
OUTSIDE = [
    *(("one commune", role) for role in Role),
    *(("a branch of theirs", role) for role in ("unit_secretary", "instructor")),
]


@pytest.mark.parametrize(("place", "role"), OUTSIDE)
def test_desks_rosters_and_files_of_another_unit_stay_closed(
    place, role, world, django_db_blocker
):
    with django_db_blocker.unblock(), transaction.atomic():
        unit = world.seen_from(place).unit
        walk = Walk(AssignmentFactory(role=Role(role), unit=unit).user, PRIVATE)
        for address in LISTS:
            walk.get(address)
        for address in world.behind.seen_by:
            closed = walk.get(address)
            assert closed.status_code in {302, 403, 404}, (address, role)
        before = as_it_stands()
        for address in [*world.behind.pressed, *world.behind.seen_by]:
            walk.post(address, {"press": "1", "sure": "1"})
        assert as_it_stands() == before
        transaction.set_rollback(True)
    assert not walk.leaks, "\n".join(walk.leaks)


def test_whoever_works_there_finds_each_of_these_pages(world, django_db_blocker):
    """The control: they are open, and those that are no files name somebody."""
    named, closed = [], []
    with django_db_blocker.unblock(), transaction.atomic():
        for address, user in world.behind.seen_by.items():
            walk = Walk(user, PRIVATE)
            if (status := walk.get(address).status_code) != 200:
                closed.append((address, status))
            named += walk.leaks
        transaction.set_rollback(True)
    assert not closed
    assert len(named) > 10, named
