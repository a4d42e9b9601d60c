"""Nobody talks themselves into one of our networks."""

import pytest
from django.test import RequestFactory

from content import networks

OFFICE = ["203.0.113.0/24", "2001:db8::/32"]


def comes_from(address, forwarded=None):
    given = {"REMOTE_ADDR": address}
    if forwarded is not None:
        given["HTTP_X_FORWARDED_FOR"] = forwarded
    return RequestFactory().get("/", **given)


@pytest.mark.parametrize(
    ("proxies", "address", "forwarded", "inside"),
    [
        (0, "203.0.113.7", None, True),
        (0, "203.0.114.7", None, False),
        (0, "2001:db8::7", None, True),
        (0, "::ffff:203.0.113.7", None, True),
        (0, "", None, False),
        (0, "unix:", None, False),
        # Without a proxy of ours the header is anybody's to write.
        (0, "198.51.100.1", "203.0.113.7", False),
        (1, "127.0.0.1", "203.0.113.7", True),
        (1, "127.0.0.1", "198.51.100.1", False),
        (1, "127.0.0.1", "203.0.113.7, 198.51.100.1", False),
        (1, "127.0.0.1", "198.51.100.1,203.0.113.7", True),
        (1, "127.0.0.1", "nonsense", False),
        (1, "203.0.113.7", None, True),  # straight to the process
        (2, "127.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.1", True),
        (2, "127.0.0.1", "203.0.113.7", False),  # one of ours was gone round
    ],
)
def test_inside_or_outside(settings, proxies, address, forwarded, inside):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert networks.is_within(comes_from(address, forwarded), OFFICE) is inside


def test_no_networks_hold_nobody():
    assert not networks.is_within(comes_from("127.0.0.1"), [])
