"""An OpenID Connect provider, a real one in its own process."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import requests

from tests.ports import free_port

NAME = "Định danh tỉnh"
PEOPLE = [
    {"sub": "anh", "email": "anh@example.com", "email_verified": True, "name": "Ánh"},
    {"sub": "binh", "email": "binh@example.com", "email_verified": False},
    {"sub": "chi", "name": "Chi", "phone": "0912000111"},
]


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The provider's address, while it runs."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"]
    command += ["--port", str(port)]
    for person in PEOPLE:
        command += ["--user-claims", json.dumps(person)]
    quiet = subprocess.DEVNULL
    # The provider knows only its own host; nothing is to go through a proxy.
    environment = os.environ | {"NO_PROXY": "127.0.0.1"}
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment)
    address = f"http://127.0.0.1:{port}"
    for _try in range(200):
        with contextlib.suppress(requests.ConnectionError):
            requests.get(address, timeout=2)
            break
        time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(20)


def named(settings, address: str) -> None:
    """As OIDC_SERVER_URL and those beside it do."""
    settings.OIDC_SERVER_URL = address
    app = {"provider_id": "oidc", "name": NAME}
    app |= {"client_id": "cong", "secret": "bi-mat"}
    app["settings"] = {"server_url": address}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
