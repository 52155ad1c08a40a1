"""`make mutations`: what is wrong with a running system ends nobody's letter, and after mending all is delivered once.

One line each: what is wrong, how many persons it touched before it was mended, what the overview said, and how many
letters lie in the mailboxes in the end.
"""

import argparse
import asyncio
import sys
import time

from rich.console import Console

from tests.mutations.lines import LINES, Line
from tests.mutations.trial import live

PATIENTS = 2000
TOUCHED_AT_MOST = 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="make mutations", description=__doc__)
    parser.add_argument("--only", default="", help="lines whose name holds this text")
    parser.add_argument("--patients", type=int, default=PATIENTS)
    chosen = parser.parse_args()
    lines = [line for line in LINES if chosen.only in line.name]
    if not lines:
        parser.error(f"no line's name holds {chosen.only!r}; there are: {'; '.join(line.name for line in LINES)}")
    console = Console(highlight=False)
    held = [_line(console, line, chosen.patients) for line in lines]
    console.print(f"{sum(held)} of {len(held)} lines hold")
    sys.exit(0 if all(held) else 1)


def _line(console: Console, line: Line, patients: int) -> bool:
    started = time.monotonic()
    try:
        outcome = asyncio.run(live(line, patients))
    except AssertionError as failure:
        console.print(f"[red]✗[/red] {line.name}: {failure}")
        return False
    holds = outcome.touched <= TOUCHED_AT_MOST and outcome.delivered == outcome.messages == patients
    mark = "[green]✓[/green]" if holds else "[red]✗[/red]"
    numbers = f"touched {outcome.touched}, delivered {outcome.delivered}, messages {outcome.messages}"
    console.print(f"{mark} {line.name}: {numbers} ({time.monotonic() - started:.0f} s)")
    if outcome.named:
        console.print(f"    {outcome.named}", style="dim", markup=False, soft_wrap=False)
    return holds


if __name__ == "__main__":
    main()
