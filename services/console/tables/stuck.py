"""Stuck work as tables for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from services.console.domain.words import counted
from services.console.tables.layout import moment, number, table

PAGE = 500
"""So many items the services tell at once."""


def groups(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not found:
        return "Nothing is stuck."
    made = table("Service", "Work", "Reason", "Items", "Since", numbers=("Items",), whole=("Service", "Since"))
    for group in found:
        names = (Text(group[name]) for name in ("service", "work", "reason"))
        made.add_row(*names, number(group["count"]), moment(group["since"]))
    return made


def items(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not found:
        return "Nothing of it is stuck."
    made = table("Key", "Why", "Since", whole=("Since",))
    for item in found:
        tries = f"\ntried {item['tries']} times" if item.get("tries") else ""
        why = Text(f"{item['reason']}\n{item['detail']}{tries}".strip())
        made.add_row(Text(item["key"]), why, moment(item["since"]))
    more = f"There may be more: --after {found[-1]['key']}" if len(found) >= PAGE else ""
    return Group(made, *([Text(more)] if more else []))


def retried(answer: Mapping[str, Any]) -> RenderableType:
    return f"Tried again: {counted(answer['count'], 'item')}."


def left(answer: Mapping[str, Any]) -> RenderableType:
    return f"Left: {counted(answer['count'], 'item')}."
