"""The console's answers as tables for a terminal, in the words of the trade."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from services.console.domain.lines import LINES
from services.console.domain.trail import counted

SUMMARY = ("included", "delivered", "complete", "in_flight")
SHARE = ("contacts", "included", "quarantined", "cleared", "delivered", "complete", "in_flight")
NUMBERS = {"Records", "Oldest", *(term.replace("_", " ") for term in {*SUMMARY, *SHARE})}
NEVER_BROKEN = {*NUMBERS, "Stands", "Adds up", "Service"}
"""Columns whose cells stay whole in a terminal of 80 columns; the others give way."""
DENMARK = ZoneInfo("Europe/Copenhagen")


def waves(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not found:
        return "No wave has started or was requested."
    table = _table("Wave", "Stands", *map(_words, SUMMARY), "Adds up")
    for one in found:
        numbers = [_number(one[term]) for term in SUMMARY]
        table.add_row(one["wave"], one["standing"], *numbers, _adds_up(one))
    return table


def wave(found: Mapping[str, Any]) -> RenderableType:
    """The identity line by line, each with its parts and their reasons."""
    started = f"started {_moment(found['started_at'], '')}" if found["started_at"] else "not started"
    head = Text(f"{found['wave']}: {found['standing']}, {started}")
    waits = [f"waits for {found['waits_for']}"] if found["waits_for"] else []
    held = [Text(f"{line}", style="red") for line in _held(found)]
    parts: list[RenderableType] = [head, *waits, *held, *map(_delivery, found["deliveries"]), _identity(found)]
    if found["parts"]:
        parts.append(_shares(found["parts"]))
    parts += [Text(f"Does not add up: {line}", style="red") for line in found["does_not_add_up"]]
    return Group(*parts)


def _held(found: Mapping[str, Any]) -> Sequence[str]:
    """Why it waits for a person, and what to do."""
    if not found.get("what_to_do"):
        return []
    held = found["held"]
    why = f"held: {_words(held['reason'])}; expected {held['expected']}, found {held['found']}"
    return [why, f"to do: {found['what_to_do']}"]


def deliveries(found: Mapping[str, Any]) -> RenderableType:
    refused = _table("Not taken", "Reason", "Expected", "Found", "Since then")
    for one in found["refused"]:
        texts = (one["manifest"], one["reason"], one["expected"], one["found"], _since_then(one))
        refused.add_row(*map(escape, texts))
    return Group(*map(_delivery, found["read"]), *([refused] if found["refused"] else []))


def left(told: Mapping[str, Any]) -> RenderableType:
    return f"{told['manifest']} is left as it is."


def queues(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = _table("Service", "What", "Records", "Oldest", "Trouble")
    for one in found:
        oldest = "" if one["oldest_seconds"] is None else f"{one['oldest_seconds']:,.0f} s"
        what, trouble = f"{one['side'] or ''} {one['topic'] or ''}", Text(one["trouble"] or "", style="red")
        table.add_row(one["service"], what, _number(one["records"]), oldest, trouble)
    return table


def set_aside(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not found:
        return "No record is set aside."
    table = _table("Record", "Why")
    for one in found:
        place = f"{one['topic']}/{one['partition']}/{one['offset']} {one['kind']}"
        again = f"published again {_moment(one['redriven_at'], '')}" if one["redriven_at"] else "not published again"
        again += ", left" if one["left_at"] else ""
        record = f"{one['id']}\n{place}\n{_moment(one['set_aside_at'], '')}, {again}"
        table.add_row(record, Text(f"{one['service']}: {one['reason']}\n{one['detail']}\n"))
    return table


def wish(told: Mapping[str, Any]) -> RenderableType:
    return f"{told['wave']} is wanted {told['wanted']} (revision {told['revision']})."


def resumed(told: Mapping[str, Any]) -> RenderableType:
    return f"{told['service']} goes on."


def account(told: Mapping[str, Any]) -> RenderableType:
    if told["password"] is None:
        return "There is an account already; `puls operator NAME` makes another, or gives it a new password."
    return f"Name: {told['name']}\nPassword: {told['password']} (shown this once)"


def removed(told: Mapping[str, Any]) -> RenderableType:
    return f"{told['name']} can no longer log in."


def redriven(told: Mapping[str, Any]) -> RenderableType:
    left = f" {told['left']} more are left: ask again." if told["left"] else ""
    return f"Published again: {counted(told['redriven'], 'record')}.{left}"


def left_records(told: Mapping[str, Any]) -> RenderableType:
    return f"Left: {counted(told['left'], 'record')}."


def _since_then(one: Mapping[str, Any]) -> str:
    return "read" if one["read_since"] else f"left by {one['left_by']}" if one["left_at"] else "waits"


def _delivery(one: Mapping[str, Any]) -> RenderableType:
    if one["rows"] is None:
        return Text(f"{one['delivery']}: not heard of yet")
    terms = {"rejected": one["rejected"], "superseded": one["superseded"], "contacts": one["contacts"]}
    return _line(f"rows of {one['delivery']}", one["rows"], terms.items())


def _identity(found: Mapping[str, Any]) -> RenderableType:
    flat = {**found, **{f"reminders.{term}": value for term, value in found["reminders"].items()}}
    return Group(*(_line(_words(term), flat[term], [(part, flat[part]) for part in LINES[term]]) for term in LINES))


def _line(whole: str, number: int, parts: Iterable[tuple[str, Any]]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(min_width=34)
    grid.add_column(justify="right", min_width=10)
    grid.add_row(Text(whole.capitalize(), style="bold"), Text(_number(number), style="bold"))
    for part, value in parts:
        reasons = value if isinstance(value, Mapping) else {}
        grid.add_row(f"  {_words(part)}", _number(sum(reasons.values()) if isinstance(value, Mapping) else value))
        for reason, many in sorted(reasons.items()):
            grid.add_row(Text(f"    {_words(reason)}", style="dim"), Text(_number(many), style="dim"))
    return grid


def _shares(parts: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = _table("Part", *map(_words, SHARE))
    for part in parts:
        named = f"{part['part']}\n{part['name']}" if part["name"] else part["part"]
        table.add_row(Text(named), *(_number(part[term]) for term in SHARE))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=0)
    for column in columns:
        whole, justify = column in NEVER_BROKEN, "right" if column in NUMBERS else "left"
        heading = column.capitalize().replace(" ", "\n" if whole else " ")
        table.add_column(heading, justify=justify, overflow="fold", no_wrap=whole)
    return table


def _adds_up(one: Mapping[str, Any]) -> RenderableType:
    return Text("no", style="red") if one["does_not_add_up"] else "yes"


def _moment(written: str | None, instead: str) -> str:
    """As a clock on a Danish wall showed it."""
    return f"{datetime.fromisoformat(written).astimezone(DENMARK):%Y-%m-%d %H:%M}" if written else instead


def _words(name: str) -> str:
    return name.rsplit(".", 1)[-1].replace("_", " ") if name != "reminders.due" else "reminders due"


def _number(many: int | None) -> str:
    return "unknown" if many is None else f"{many:,}"
