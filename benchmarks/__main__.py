"""`make bench`: run the rows, print the table, write var/bench.json.

`make bench ROW=signup` runs one row alone and writes var/bench-signup.json. A row that
breaks off shows its trace at once; the others run, and the command ends with 1.

A row is a module of this package with a function `rows()` that returns dictionaries
with the keys of KEYS; values are ratios within one run wherever there is a yardstick.
"""

import json
import os
import sys
import traceback
from pathlib import Path

from benchmarks.alone import rows_of

ROWS = (
    "start",
    "bare",
    "pages",
    "paint",
    "signup",
    "crowd",
    "entry",
    "search",
    "certificates",
    "ranking",
    "lists",
    "members",
    "figures",
    "upload",
    "delivery",
    "reminders",
)
KEYS = ("row", "value", "unit", "yardstick", "goal", "met")
VERDICT = {True: "met", False: "missed", None: ""}


def main(wanted: str) -> int:
    if wanted and wanted not in ROWS:
        print(f"There is no row {wanted!r}; there are: {', '.join(ROWS)}.")
        return 2
    table, broken = [], []
    for name in [wanted] if wanted else ROWS:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            table += rows_of(name)
        except Exception:
            traceback.print_exc()
            broken.append(name)
    widths = [
        max(len(str(row[key])) for row in [*table, {k: k for k in KEYS}])
        for key in KEYS
    ]
    for row in [{key: key for key in KEYS}, *table]:
        shown = row | {
            "met": VERDICT.get(row["met"], row["met"]),
            "goal": "" if row["goal"] is None else row["goal"],
        }
        print(
            "  ".join(
                str(shown[key]).ljust(width)
                for key, width in zip(KEYS, widths, strict=True)
            )
        )
    file = f"bench-{wanted}.json" if wanted else "bench.json"
    target = Path(os.environ.get("PORTAL_VAR", "var")) / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(table, ensure_ascii=False, indent=2) + "\n")
    if broken:
        print(f"Broke off, see above: {', '.join(broken)}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ROW", "")))
