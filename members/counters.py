"""Counters of tries, in the cache, for limits that a feature states itself.

Without the cache nobody gets in (content.outage answers 503).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.http import HttpRequest


@dataclass(frozen=True)
class Counters:
    """The limits of one feature by action, such as {"wrong_code": "20/h/ip"}.

    "key" counts by what is handed over as `key`, "ip" by the network address.
    """

    app: str
    limits: Mapping[str, str]

    def take(self, request: HttpRequest, action: str, key: str = "") -> bool:
        """Count one try; False, and nothing counted, where none is left."""
        return self._consume(request, action, key, dry_run=False)

    def fits(self, request: HttpRequest, action: str, key: str = "") -> bool:
        """Whether one more try is left; counts nothing."""
        return self._consume(request, action, key, dry_run=True)

    def clear(self, request: HttpRequest, action: str, key: str = "") -> None:
        ratelimit.clear(
            request, app=self.app, action=action, config=self.limits, key=key
        )

    def _consume(
        self, request: HttpRequest, action: str, key: str, *, dry_run: bool
    ) -> bool:
        usage = ratelimit.consume(
            request,
            app=self.app,
            action=action,
            config=self.limits,
            key=key,
            dry_run=dry_run,
            limit_get=True,
        )
        return usage is not None
