"""Checking a certificate on a phone, and the register at a desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from certificates import actions, batches
from members.models import Role
from tests.browser.conftest import AXE, AXE_OPTIONS
from tests.factories.certificates import NOW, asked, issued
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

# The search of Django's lists once it says what may be searched for.
STOCK = {"label-title-only"}


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_code_is_typed_read_and_its_paper_taken_home(visit, width, scheme):
    user = UserFactory(person__full_name="Nông Thị Ánh")
    mine, ended = issued(user.person), issued()
    actions.revoke(certificate_id=ended.pk, reason="Sai", by=None, now=NOW)
    here = visit(width=width, scheme=scheme, user=user)
    page = here.to("/chung-nhan/")
    here.nothing_is_wrong()
    page.get_by_label("Mã trên giấy chứng nhận").fill(mine.code.lower())
    page.get_by_role("button", name="Kiểm tra").click()
    page.get_by_text("Giấy chứng nhận có giá trị").wait_for()
    assert here.path() == mine.get_absolute_url()
    here.nothing_is_wrong()
    here.picture()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải giấy chứng nhận của tôi").click()
    assert taken.value.suggested_filename == "2026-0001-nong-thi-anh.pdf"
    here.to(ended.get_absolute_url())
    here.nothing_is_wrong()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_register_is_whole(visit, width, scheme):
    unit = UnitFactory(name="Tỉnh đoàn")
    row = issued(unit=unit)
    user = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=unit).user
    here = visit(width=width, scheme=scheme, user=user)
    pages = ["changelist", "change", "correct", "revoke"]
    for name in pages:
        at = [] if name == "changelist" else [row.pk]
        page = here.to(reverse(f"admin:certificates_certificate_{name}", args=at))
        found = AXE.run(page, options=AXE_OPTIONS).response["violations"]
        assert {one["id"] for one in found} <= STOCK, name
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(wide) <= 0, name
        here.picture()


def test_a_batch_shows_its_progress_by_itself(visit):
    unit = UnitFactory(name="Tỉnh đoàn")
    batch = asked(PersonFactory.create_batch(3), unit=unit)
    user = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=unit).user
    here = visit(width=1280, scheme="light", user=user)
    page = here.to(
        reverse("admin:certificates_certificatebatch_change", args=[batch.pk])
    )
    page.get_by_text("Đã xong 0/3 người").wait_for()
    here.nothing_is_wrong()
    batches.work_on(batch_id=batch.pk, now=NOW)
    page.get_by_role("link", name="Tải tất cả (ZIP)").wait_for()
