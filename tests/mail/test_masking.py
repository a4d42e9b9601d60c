import uuid

import pytest

from mail.masking import without_keys
from training import links, passes

CODE = uuid.UUID("0b8f1c52-7c3e-4bb0-9f0a-6a1d3c5e7f90")
SITE = "https://x.example.com"


@pytest.mark.parametrize(
    "link",
    [
        f"{SITE}/tin-tuc/ngay-hoi-chuyen-doi-so-2026-41/",
        f"{SITE}/to-cong-nghe-so/to-cong-nghe-so-thon-na-phac/",
        f"{SITE}/cuoc-thi/sang-tao-tre-2026/",
        f"{SITE}/quan-tri/news/article/12/change/",
        f"{SITE}/cuoc-thi/bai-thi/ST26-7K4M/",
        f"{SITE}/to-cong-nghe-so/bao-cao/?thang=2026-10",
    ],
)
def test_addresses_of_pages_are_shown(link):
    assert without_keys(f"Xem {link} nhé.") == f"Xem {link} nhé."


@pytest.mark.parametrize(
    "link",
    [
        links.cancel_url("lop-a", CODE),
        links.offer_url("lop-a", CODE),
        links.group_offer_url("lop-a", CODE),
        passes.pass_url(CODE),
        f"{SITE}/giam-ho/4fzyo82mvyr0Zm9vYmFyYmF6cXV4quxQUUX0123456789/",
        f"{SITE}/thu-tin/ngung/WyJsYW5AZXhhbXBsZS5jb20iLCJhLmIiXQ:k9-_d/",
        f"{SITE}/khoa/9f86d081884c7d659a2feaa0c55ad015/",
        f"{SITE}/?khoa=9f86d081884c7d659a2feaa0c55ad015",
    ],
)
def test_what_acts_for_the_reader_is_not(link):
    shown = without_keys(f"Hủy: {link}")
    assert "…" in shown
    assert link not in shown
    for part in shown.split("…"):
        assert part in f"Hủy: {link}"
