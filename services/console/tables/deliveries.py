"""Deliveries as tables for a terminal."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from services.console.tables.layout import number, table, term_in_words


def deliveries(found: Mapping[str, Any]) -> RenderableType:
    refused = table("Not taken", "Reason", "Expected", "Found", "Since then")
    for delivery in found["refused"]:
        texts = (*(delivery[name] for name in ("manifest", "reason", "expected", "found")), _since_then(delivery))
        refused.add_row(*map(escape, texts))
    return Group(*map(delivery_line, found["read"]), *([refused] if found["refused"] else []))


def left(answer: Mapping[str, Any]) -> RenderableType:
    return f"{answer['manifest']} is left as it is."


def delivery_line(delivery: Mapping[str, Any]) -> RenderableType:
    if delivery["rows"] is None:
        return Text(f"{delivery['delivery']}: not heard of yet")
    terms = {term: delivery[term] for term in ("rejected", "superseded", "contacts")}
    return line(f"rows of {delivery['delivery']}", delivery["rows"], terms.items())


def line(whole: str, total: int, parts: Iterable[tuple[str, Any]]) -> RenderableType:
    """A number, and what it is the sum of, with the reasons."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(min_width=34)
    grid.add_column(justify="right", min_width=10)
    grid.add_row(Text(whole.capitalize(), style="bold"), Text(number(total), style="bold"))
    for part, value in parts:
        reasons = value if isinstance(value, Mapping) else {}
        grid.add_row(f"  {term_in_words(part)}", number(sum(reasons.values()) if isinstance(value, Mapping) else value))
        for reason, many in sorted(reasons.items()):
            grid.add_row(Text(f"    {term_in_words(reason)}", style="dim"), Text(number(many), style="dim"))
    return grid


def _since_then(delivery: Mapping[str, Any]) -> str:
    if delivery["read_since"]:
        return "read"
    return f"left by {delivery['left_by']}" if delivery["left_at"] else "waits"
