"""Batches that did not come to a good end wait for whoever issues certificates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.models import CertificateBatch
from members import desk, permissions
from members.models import User

LATELY = dt.timedelta(days=7)
MOST = 10


class BatchTasks:
    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not permissions.may(user, "certificates.issue"):
            return
        troubled = Q(failed__gt=0) | Q(state=CertificateBatch.State.FAILED)
        rows = CertificateBatch.objects.filter(
            troubled, finished_at__gt=now - LATELY, finished_at__lte=now
        )
        rows = permissions.scoped(rows, user, "certificates.issue")
        for batch in rows.order_by("finished_at", "id")[:MOST]:
            yield desk.Task(
                label=_("Certificates not issued: %(course)s")
                % {"course": batch.course},
                url=reverse(
                    "admin:certificates_certificatebatch_change", args=[batch.pk]
                ),
                count=max(batch.failed, 1),
            )


def register() -> None:
    desk.registry.register("certificates", BatchTasks())
