"""The sets of people, units, roles and consents that we have a word for."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from tree_queries.query import TreeQuerySet


class UnitQuerySet(TreeQuerySet):
    def current(self, on: dt.date) -> UnitQuerySet:
        """Units that exist on that day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        )


class PersonQuerySet(models.QuerySet):
    pass


class AssignmentQuerySet(models.QuerySet):
    def current(self, on: dt.date) -> AssignmentQuerySet:
        """Roles held on that day."""
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=on),
            Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        )


class ConsentQuerySet(models.QuerySet):
    def live(self) -> ConsentQuerySet:
        """Given and not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)
