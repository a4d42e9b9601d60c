"""The pictures of README.md, taken from a portal of their own with the demo in it."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from PIL import Image

from portal.embedded import reach
from vietnam.dates import VIETNAM

# The portal's clock stands here, so that taking them again changes no date in them.
MOMENT = dt.datetime(2026, 11, 25, 9, 0, tzinfo=VIETNAM)
MOST_BYTES = 150_000
COLOURS = 256
READY = "The portal: "
# Whatever these name is somebody's own; the demo has no business there.
SERVICES = {"DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL", "SITE_URL"}


@dataclass(frozen=True)
class Shot:
    name: str
    path: str
    width: int
    height: int
    scale: int = 1


SHOTS = [
    Shot("home-360.png", "/", width=360, height=760, scale=2),
    Shot(
        "session-1280.png",
        "/tap-huan/ky-nang-cho-thanh-vien-to-cong-nghe-so-cong-dong/",
        width=1280,
        height=800,
    ),
]


class Command(BaseCommand):
    help = "Take the pictures of README.md (needs the packages for tests, Chromium)."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=settings.BASE_DIR / "docs" / "images"
        )
        parser.add_argument("--site", help="a running portal, instead of an own one")

    def handle(self, *args, folder: Path, site: str | None, **options) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.nullcontext(site) if site else _portal() as address:
            for shot, content in _take(address):
                (folder / shot.name).write_bytes(content)
                self.stdout.write(f"{folder / shot.name}: {len(content) // 1000} kB")


@contextlib.contextmanager
def _portal() -> Iterator[str]:
    """A portal beside the one of `make run`, with fresh data; gone afterwards."""
    var = settings.VAR / "screenshots"
    offset = int((MOMENT - timezone.now()).total_seconds())
    environment = {
        **{name: text for name, text in os.environ.items() if name not in SERVICES},
        "PORTAL_VAR": str(var),
        "PORT": str(reach.any_free_port()),
        "PORTAL_CLOCK_OFFSET": f"{offset}s",
    }
    _remove(var, environment)
    up = subprocess.Popen(
        [sys.executable, "manage.py", "up"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield _address(up)
    finally:
        up.send_signal(signal.SIGINT)
        up.communicate()
        _remove(var, environment)


def _address(up: subprocess.Popen) -> str:
    said = []
    for line in up.stdout:
        if line.startswith(READY):
            return line.removeprefix(READY).strip().rstrip("/")
        said.append(line)
    raise CommandError("".join(said) or "The portal did not start.")


def _remove(var: Path, environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "portal.embedded", "remove"],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
    )
    shutil.rmtree(var, ignore_errors=True)


def _take(address: str) -> Iterator[tuple[Shot, bytes]]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise CommandError(
            "Install the packages for tests: make screenshots"
        ) from error
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise CommandError("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        for shot in SHOTS:
            page = browser.new_page(
                viewport={"width": shot.width, "height": shot.height},
                device_scale_factor=shot.scale,
                locale="vi-VN",
                color_scheme="light",
                reduced_motion="reduce",
            )
            response = page.goto(address + shot.path, wait_until="networkidle")
            if response is None or not response.ok:
                raise CommandError(f"{shot.path} did not answer.")
            yield shot, _smaller(page.screenshot(), shot.name)
            page.close()
        browser.close()


def _smaller(png: bytes, name: str) -> bytes:
    """The same picture with a palette. Raises CommandError when it stays too big."""
    with Image.open(io.BytesIO(png)) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    if out.tell() > MOST_BYTES:
        raise CommandError(f"{name} has {out.tell()} bytes, at most {MOST_BYTES}.")
    return out.getvalue()
