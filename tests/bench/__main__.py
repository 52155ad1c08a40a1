"""Measures what the system takes: `make bench`. Ends with status 0 whatever the figures: a bench is no test.

`python -m tests.bench karens answers` measures only these rows; `--scale 0.05` is for finding mistakes: such figures
mean nothing, and are written nowhere.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence

from rich.console import Console

from deploy.local.errors import CannotStart
from deploy.local.folders import CLONE
from tests.bench import machine, report
from tests.bench.figures import Row
from tests.bench.printing import show
from tests.bench.rows import answers, floors, inclusion, karens, letters, queueing, sizes
from tests.bench.run import BenchRun

WIDTH = 150
DOCS = CLONE / "docs"
ROWS: Mapping[str, Callable[[BenchRun], Awaitable[Row]]] = {
    "floors": floors.measure,
    "karens": karens.measure,
    "inclusion": inclusion.measure,
    "queueing": queueing.measure,
    "letters": letters.measure,
    "answers": answers.measure,
    "sizes": sizes.measure,
}


def main() -> int:
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("rows", nargs="*", choices=[[], *ROWS], metavar="row", help=f"of {', '.join(ROWS)}; else all")
    asked.add_argument("--scale", type=float, default=1.0, help="less than 1 for finding mistakes")
    given = asked.parse_args()
    try:
        asyncio.run(_measure(given.rows or list(ROWS), BenchRun(given.scale), _console()))
    except CannotStart as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _console() -> Console:
    """In a file as wide as it takes."""
    return Console() if sys.stdout.isatty() else Console(width=WIDTH)


async def _measure(names: Sequence[str], run: BenchRun, console: Console) -> None:
    counts = run.scale == 1
    for name in names:
        before = report.values(report.read_last(DOCS).get(name)) if counts else {}
        with console.status(f"measuring {name}"):
            row = await ROWS[name](run)
        show(console, row, before)
        if counts:
            report.write({name: report.as_numbers(row, machine.described(), before)}, DOCS)
    console.print(f"\n{'written to docs/bench.md' if counts else 'written nowhere: the sizes were not the real ones'}")


if __name__ == "__main__":
    sys.exit(main())
