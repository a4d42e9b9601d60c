"""What the scan found stands on the desk of those who run the whole site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from members import desk, permissions
from members.models import User
from portal.models import Finding


class SuspiciousContent:
    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not permissions.everywhere(user, "site.read"):
            return
        yield desk.Task(
            label=_("Suspicious content to look at"),
            url=reverse("admin:portal_finding_changelist") + "?dismissed_at__isempty=1",
            count=Finding.objects.open(),
        )


def register() -> None:
    desk.registry.register("portal.scan", SuspiciousContent())
