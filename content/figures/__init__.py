"""Figures for those who watch the portal: how much of what, and how long it took.

    figures.count("sign_ups", "confirmed")
    figures.observe("tasks", seconds, "mail.tasks.deliver")

Each process counts in its memory and adds that to one hash in the cache's Valkey every
few seconds, so the figures are those of all web servers and workers of all machines,
whichever of them is asked. A process that dies loses what it counted in the last
seconds; a Valkey that was emptied begins anew, which Prometheus takes for a restart.
What is counted is declared in `content.figures.declared`.
"""

from content.figures.counters import count, flush, observe
from content.figures.declared import families

__all__ = ["count", "families", "flush", "observe"]
