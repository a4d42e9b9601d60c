"""Reports of errors to a Sentry server of one's own choice; none without SENTRY_DSN.

A report says which code failed and on which route. It carries nobody's data: no body,
no query, no cookie, no address of the network, no values of variables, and its texts
are scrubbed like log lines.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from content import logs

KEPT_OF_REQUEST = {"method", "url"}
DROPPED = ("user", "breadcrumbs", "extra", "modules", "server_name")


def start() -> None:
    if not settings.SENTRY_DSN:
        return
    # Nobody else holds its 3 MB.
    import sentry_sdk
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        before_send=scrubbed,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=None,
        auto_session_tracking=False,
        auto_enabling_integrations=False,
        integrations=[DjangoIntegration(), CeleryIntegration()],
    )


def scrubbed(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """The report without what could be somebody's."""
    for name in DROPPED:
        event.pop(name, None)
    if request := event.get("request"):
        event["request"] = {k: v for k, v in request.items() if k in KEPT_OF_REQUEST}
    contexts = event.get("contexts", {})
    event["contexts"] = {k: v for k, v in contexts.items() if k in {"runtime", "trace"}}
    event.setdefault("tags", {})["request_id"] = logs.request_id.get()
    return _scrubbed(event)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return logs.scrub(value)
    if isinstance(value, dict):
        return {key: _scrubbed(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(one) for one in value]
    return value
