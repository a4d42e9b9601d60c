"""The sets of pictures that we have a word for."""

from __future__ import annotations

import datetime as dt

from django.db import models


class PictureQuerySet(models.QuerySet):
    def left_behind(self, before: dt.datetime) -> PictureQuerySet:
        """Uploaded before that moment and still without copies: a task got lost."""
        return self.filter(state="pending", created_at__lt=before).order_by("pk")
