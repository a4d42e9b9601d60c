"""The sets of pictures and counts that we have a word for."""

from __future__ import annotations

import datetime as dt

from django.db import models


class PictureQuerySet(models.QuerySet):
    def left_behind(self, before: dt.datetime) -> PictureQuerySet:
        """Uploaded before that moment and still without copies: a task got lost."""
        return self.filter(state="pending", created_at__lt=before).order_by("pk")


class PageViewsQuerySet(models.QuerySet):
    def since(self, day: dt.date) -> PageViewsQuerySet:
        """Of this day in Việt Nam and those after it."""
        return self.filter(day__gte=day)

    def by_path(self) -> PageViewsQuerySet:
        """Address and `total`, the most read first."""
        totals = self.order_by().values("path").annotate(total=models.Sum("count"))
        return totals.order_by("-total", "path")
