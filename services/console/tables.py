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

from services.console.domain.audit import counted
from services.console.domain.lines import LINES

SUMMARY = ("included", "delivered", "complete", "in_flight")
COLUMNS = ("contacts", "included", "quarantined", "cleared", "delivered", "complete", "in_flight")
NUMBERS = {"Records", "Oldest", *(term.replace("_", " ") for term in {*SUMMARY, *COLUMNS})}
NEVER_BROKEN = {*NUMBERS, "Stands", "Adds up", "Service"}
"""Columns whose cells stay whole in a terminal of 80 columns; the others give way."""
DENMARK = ZoneInfo("Europe/Copenhagen")


def waves(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not found:
        return "No wave has started or was requested."
    table = _table("Wave", "Stands", *map(_words, SUMMARY), "Adds up")
    for wave in found:
        numbers = [_number(wave[term]) for term in SUMMARY]
        table.add_row(wave["wave"], wave["status"], *numbers, _adds_up(wave))
    return table


def wave(found: Mapping[str, Any]) -> RenderableType:
    """The identity line by line, each with its parts and their reasons."""
    started = f"started {_moment(found['started_at'], '')}" if found["started_at"] else "not started"
    head = Text(f"{found['wave']}: {found['status']}, {started}")
    waits = [f"waits for {found['waits_for']}"] if found["waits_for"] else []
    parts: list[RenderableType] = [head, *waits, *map(_delivery, found["deliveries"]), _identity(found)]
    if found["parts"]:
        parts.append(_shares(found["parts"]))
    parts += [Text(f"Does not add up: {line}", style="red") for line in found["does_not_add_up"]]
    return Group(*parts)


def deliveries(found: Mapping[str, Any]) -> RenderableType:
    refused = _table("Not taken", "Reason", "Expected", "Found", "Since then")
    for delivery in found["refused"]:
        texts = (*(delivery[name] for name in ("manifest", "reason", "expected", "found")), _since_then(delivery))
        refused.add_row(*map(escape, texts))
    return Group(*map(_delivery, found["read"]), *([refused] if found["refused"] else []))


def left(answer: Mapping[str, Any]) -> RenderableType:
    return f"{answer['manifest']} is left as it is."


def queues(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = _table("Service", "What", "Records", "Oldest", "Trouble")
    for queue in found:
        oldest = "" if queue["oldest_seconds"] is None else f"{queue['oldest_seconds']:,.0f} s"
        what, trouble = f"{queue['side'] or ''} {queue['topic'] or ''}", Text(queue["trouble"] or "", style="red")
        table.add_row(queue["service"], what, _number(queue["records"]), oldest, trouble)
    return table


def set_aside(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not found:
        return "No record is set aside."
    table = _table("Record", "Why")
    for record in found:
        place = f"{record['topic']}/{record['partition']}/{record['offset']} {record['kind']}"
        again = (
            f"published again {_moment(record['redriven_at'], '')}" if record["redriven_at"] else "not published again"
        )
        again += ", left" if record["left_at"] else ""
        cell = f"{record['id']}\n{place}\n{_moment(record['set_aside_at'], '')}, {again}"
        table.add_row(cell, Text(f"{record['service']}: {record['reason']}\n{record['detail']}\n"))
    return table


def requested(answer: Mapping[str, Any]) -> RenderableType:
    return f"{answer['wave']} is wanted {answer['wanted']} (revision {answer['revision']})."


def resumed(answer: Mapping[str, Any]) -> RenderableType:
    return f"{answer['service']} goes on."


def account(answer: Mapping[str, Any]) -> RenderableType:
    if answer["password"] is None:
        return "There is an account already; `puls operator NAME` makes another, or gives it a new password."
    return f"Name: {answer['name']}\nPassword: {answer['password']} (shown this once)"


def removed(answer: Mapping[str, Any]) -> RenderableType:
    return f"{answer['name']} can no longer log in."


def redriven(answer: Mapping[str, Any]) -> RenderableType:
    left = f" {answer['left']} more are left: ask again." if answer["left"] else ""
    return f"Published again: {counted(answer['redriven'], 'record')}.{left}"


def left_records(answer: Mapping[str, Any]) -> RenderableType:
    return f"Left: {counted(answer['left'], 'record')}."


def _since_then(delivery: Mapping[str, Any]) -> str:
    return "read" if delivery["read_since"] else f"left by {delivery['left_by']}" if delivery["left_at"] else "waits"


def _delivery(delivery: Mapping[str, Any]) -> RenderableType:
    if delivery["rows"] is None:
        return Text(f"{delivery['delivery']}: not heard of yet")
    terms = {"rejected": delivery["rejected"], "superseded": delivery["superseded"], "contacts": delivery["contacts"]}
    return _line(f"rows of {delivery['delivery']}", delivery["rows"], terms.items())


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
    table = _table("Part", *map(_words, COLUMNS))
    for part in parts:
        named = f"{part['part']}\n{part['name']}" if part["name"] else part["part"]
        table.add_row(Text(named), *(_number(part[term]) for term in COLUMNS))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=0)
    for column in columns:
        whole, justify = column in NEVER_BROKEN, "right" if column in NUMBERS else "left"
        heading = column.capitalize().replace(" ", "\n" if whole else " ")
        table.add_column(heading, justify=justify, overflow="fold", no_wrap=whole)
    return table


def _adds_up(wave: Mapping[str, Any]) -> RenderableType:
    return Text("no", style="red") if wave["does_not_add_up"] else "yes"


def _moment(written: str | None, instead: str) -> str:
    """As a clock on a Danish wall showed it."""
    return f"{datetime.fromisoformat(written).astimezone(DENMARK):%Y-%m-%d %H:%M}" if written else instead


def _words(name: str) -> str:
    return name.rsplit(".", 1)[-1].replace("_", " ") if name != "reminders.due" else "reminders due"


def _number(many: int | None) -> str:
    return "unknown" if many is None else f"{many:,}"
