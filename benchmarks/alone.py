"""One row in a process of its own: settings are read once a process, and the engines
of each row lie elsewhere."""

from __future__ import annotations

import importlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def rows_of(name: str) -> list[dict]:
    # Spawned, not forked: what another row has loaded must not be there.
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        return alone.submit(_rows, name).result()


def _rows(name: str) -> list[dict]:
    return importlib.import_module(f"benchmarks.{name}").rows()
