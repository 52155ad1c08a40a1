"""The account and the checks, as they stand in the terminal at the end."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from deploy.demo.checks import CheckResult

LINES = (
    ("contacts", ("other_survey_or_period", "excluded", "not_sampled", "another_contact", "included")),
    ("included", ("quarantined", "dropped", "cleared", "undecided")),
    ("cleared", ("stopped", "undeliverable", "unconfirmed", "delivered", "in_delivery")),
    ("delivered", ("complete", "opted_out", "declined", "partial", "withdrawn", "unanswered", "open")),
)
"""Each term, and the terms it is the sum of."""


def account(waves: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Everybody, wave by wave, with every reason."""
    deliveries = {delivery["delivery"]: delivery for wave in waves for delivery in wave["deliveries"]}
    return Group(*map(_delivery, deliveries.values()), *map(_wave, waves))


def _delivery(delivery: Mapping[str, Any]) -> RenderableType:
    table = _table(f"{delivery['delivery']}: {delivery['rows']} rows")
    for term in ("rejected", "superseded", "contacts"):
        _add(table, term, delivery[term])
    return table


def _wave(wave: Mapping[str, Any]) -> RenderableType:
    table = _table(f"{wave['wave']}: {wave['in_flight']} in flight")
    for term, parts in LINES:
        table.add_row(Text(f"{term} =", style="bold"), Text(str(wave[term]), style="bold"))
        for part in parts:
            _add(table, part, wave[part])
    table.add_row(Text("reminders =", style="bold"), Text(str(wave["reminders"]["due"]), style="bold"))
    for part in ("submitted", "delivered", "failed", "stopped", "waiting"):
        _add(table, part, wave["reminders"][part])
    return table


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold cyan", show_header=False, box=None)
    table.add_column(width=44)
    table.add_column(justify="right", width=9)
    return table


def _add(table: Table, term: str, value: int | Mapping[str, int]) -> None:
    words = term.replace("_", " ")
    if isinstance(value, int):
        table.add_row(f"  {words}", str(value))
        return
    table.add_row(f"  {words}", str(sum(value.values())))
    for reason, count in sorted(value.items()):
        table.add_row(Text(f"      {reason.replace('_', ' ')}", style="dim"), Text(str(count), style="dim"))


def checks(results: Iterable[CheckResult]) -> RenderableType:
    """Each check with its cases, and what was wrong: the first ten."""
    table = Table(title="What others saw", title_justify="left", title_style="bold cyan", show_header=False, box=None)
    for result in results:
        word, style = ("holds", "green") if result.held else ("FAILS", "bold red")
        table.add_row(Text(word, style=style), result.what, Text(f"{result.cases} cases", style="dim"))
        for line in result.wrong[:10]:
            table.add_row("", Text(line, style="red"), "")
    return table


def verdict(results: Sequence[CheckResult]) -> RenderableType:
    """One line: whether everybody is accounted for."""
    failed = sum(not result.held for result in results)
    if failed:
        return Text(f"\n{failed} of {len(results)} checks FAIL: see above.", style="bold red")
    return Text(f"\nEverybody is accounted for: all {len(results)} checks hold.", style="bold green")
