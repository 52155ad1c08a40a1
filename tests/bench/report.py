"""What the bench says: in the terminal, in docs/bench.md for people, and in docs/bench.json for the next run."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, Row, Used

PAGE, NUMBERS = "bench.md", "bench.json"
NOTES = "## What holds each row back"
"""From this heading on the page is written by hand, and kept."""
HEAD = """\
# What it takes
Measured by `make bench` on one machine that runs everything: Kafka, PostgreSQL, Valkey, the services, the stand-ins of
the outside world and the bench itself. Written by the bench; only the notes at the end are by hand.

How to read it: each line is one measured number. **Budget** is what it is judged by: `met` or `MISS`. **Aim** is what
is hoped for. **Floor** is what this machine did in the same run with the bare minimum around the same bytes: how much
of the time is the machine's, and how much is ours. **Last** is the run before this one. A `+` at a commit: files
differed from it. CPU seconds are user and system time while the row was measured; peak is the most memory (RSS) at any
moment of it. PostgreSQL's CPU is told by database, its memory as a whole.
"""

Numbers = Mapping[str, Mapping[str, Any]]
"""Row -> what was kept of it: title, machine, figures, used, remarks, and the values of the run before it."""


def as_numbers(row: Row, machine: Mapping[str, Any], before: Mapping[str, float]) -> dict[str, Any]:
    return {**asdict(row), "machine": dict(machine), "before": dict(before)}


def of_numbers(kept: Mapping[str, Any]) -> Row:
    figures, used = [Figure(**one) for one in kept["figures"]], [Used(**one) for one in kept["used"]]
    return Row(kept["title"], figures, used, kept["remarks"])


def read_last(folder: Path) -> dict[str, Any]:
    numbers = folder / NUMBERS
    return json.loads(numbers.read_text()) if numbers.exists() else {}


def values(kept: Mapping[str, Any] | None) -> dict[str, float]:
    """Figure -> its number, of a row that was kept."""
    return {one["name"]: one["value"] for one in kept["figures"]} if kept else {}


def write(rows: Numbers, folder: Path) -> None:
    """Rows that were not measured this time stay as they were."""
    whole, told = {**read_last(folder), **rows}, folder / PAGE
    notes = told.read_text().partition(NOTES)[2] if told.exists() else "\n"
    told.write_text(page(whole) + NOTES + notes)
    (folder / NUMBERS).write_text(json.dumps(whole, indent=1) + "\n")


def page(rows: Numbers) -> str:
    sections = ["\n".join(_section(kept)) for kept in rows.values()]
    return "\n".join([HEAD, *sections, ""])


def _section(kept: Mapping[str, Any]) -> Iterator[str]:
    row, machine = of_numbers(kept), kept["machine"]
    yield f"## {row.title}"
    yield f"{machine['measured_at']}, commit {machine['commit']}; {_of_machine(machine)}\n"
    yield "| | measured | budget | | aim | floor | last |\n|---|---|---|---|---|---|---|"
    for one in row.figures:
        yield f"| {' | '.join(cells(one, kept['before'].get(one.name)))} |"
    yield ""
    yield from (f"- {remark}" for remark in row.remarks)
    if row.used:
        yield "\n| process | CPU seconds | peak MB |\n|---|---|---|"
        yield from (f"| {one.name} | {one.cpu_seconds:.1f} | {_memory(one)} |" for one in largest_first(row.used))
    yield ""


def cells(figure: Figure, before: float | None) -> list[str]:
    """One line of a table: what, measured, budget, verdict, aim, floor, last."""
    wanted = [_wanted(figure, figure.budget), figure.verdict, _wanted(figure, figure.aim)]
    floor = "" if figure.floor is None else written(figure.floor)
    return [figure.name, f"{written(figure.value)} {figure.unit}", *wanted, floor, compared(figure, before)]


def compared(figure: Figure, before: float | None) -> str:
    """The last run's number, and by how much this one is better or worse."""
    if before is None:
        return ""
    if not before:
        return written(before)
    change = 100 * (figure.value / before - 1)
    better = change if figure.better == "more" else -change
    word = "better" if better > 0 else "worse"
    return f"{written(before)} ({abs(change):.0f} % {word})" if abs(change) >= 0.5 else f"{written(before)} (the same)"


def _wanted(figure: Figure, wanted: float | None) -> str:
    return "" if wanted is None else f"{figure.sign} {written(wanted)}"


def written(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"


def largest_first(used: Sequence[Used]) -> list[Used]:
    return sorted(used, key=lambda one: -one.cpu_seconds)


def _memory(used: Used) -> str:
    return f"{used.peak_mb:.0f}" if used.peak_mb else ""


def _of_machine(machine: Mapping[str, Any]) -> str:
    cores = f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB"
    return f"{cores}, Linux {machine['kernel']}, Python {machine['python']}"
