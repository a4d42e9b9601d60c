"""The figures that are counted, by the names under which Prometheus knows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import (
    CounterMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from content.figures.counters import BOUNDS, SUM, read


@dataclass(frozen=True)
class Counted:
    name: str
    """As `count` and `observe` call it."""
    public: str
    help: str
    labels: tuple[str, ...]
    is_duration: bool = False


DECLARED = [
    Counted(
        *("requests", "portal_requests", "Answers, by route and status."),
        ("route", "status"),
    ),
    Counted(
        *("seconds", "portal_request_seconds", "Time until an answer began, by route."),
        ("route",),
        is_duration=True,
    ),
    Counted(
        "page_cache",
        "portal_page_cache",
        "Public pages: hit, rendered anew, or past the cache for somebody signed in.",
        ("result",),
    ),
    Counted(
        *("tasks", "portal_task_seconds", "Time that tasks took, by task."),
        ("task",),
        is_duration=True,
    ),
    Counted("task_failures", "portal_task_failures", "Tasks that failed.", ("task",)),
    Counted(
        "letters",
        "portal_letters_settled",
        "Letters that were settled, by the state they ended in.",
        ("state",),
    ),
    Counted(
        "sign_ups",
        "portal_sign_ups",
        "Sign-ups for sessions: the state they began in, or why they were refused.",
        ("outcome",),
    ),
]
KNOWN = {one.name: one for one in DECLARED}


def families() -> Iterator[Metric]:
    """All of them, of all processes. Raises Away."""
    found: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    for (name, *rest), amount in read().items():
        found[name][tuple(rest)] = amount
    for one in DECLARED:
        yield (_histogram if one.is_duration else _counter)(one, found[one.name])


def _counter(one: Counted, amounts: dict) -> CounterMetricFamily:
    family = CounterMetricFamily(one.public, one.help, labels=one.labels)
    for labels, amount in sorted(amounts.items()):
        if len(labels) == len(one.labels):
            family.add_metric(labels, amount)
    return family


def _histogram(one: Counted, amounts: dict) -> HistogramMetricFamily:
    family = HistogramMetricFamily(one.public, one.help, labels=one.labels)
    names = [*map(str, BOUNDS), "+Inf"]
    for labels in sorted({rest[1:] for rest in amounts}):
        total, buckets = 0.0, []
        for number, bound in enumerate(names):
            total += amounts.get((str(number), *labels), 0)
            buckets.append((bound, total))
        family.add_metric(labels, buckets, amounts.get((SUM, *labels), 0))
    return family
