"""What all desks of contests share."""

from __future__ import annotations

from django.http import HttpRequest

MANAGE = "contests.manage"


class Remembered:
    """Asks the permission for a row once a request; inlines ask for every line."""

    def _allowed(self, request: HttpRequest, action: str, obj) -> bool:
        asked = request.__dict__.setdefault("_contests_asked", {})
        key = action, self.unit_path, type(obj), obj and obj.pk
        if key not in asked:
            asked[key] = super()._allowed(request, action, obj)
        return asked[key]
