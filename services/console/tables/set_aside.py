"""Set-aside records as tables for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from services.console.domain.words import counted
from services.console.tables.layout import moment, table


def records(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not found:
        return "No record is set aside."
    made = table("Record", "Why")
    for record in found:
        place = f"{record['topic']}/{record['partition']}/{record['offset']} {record['kind']}"
        again = f"published again {moment(record['redriven_at'])}" if record["redriven_at"] else "not published again"
        again += ", left" if record["left_at"] else ""
        cell = f"{record['id']}\n{place}\n{moment(record['set_aside_at'])}, {again}"
        made.add_row(cell, Text(f"{record['service']}: {record['reason']}\n{record['detail']}\n"))
    return made


def redriven(answer: Mapping[str, Any]) -> RenderableType:
    more = f" {answer['left']} more are left: ask again." if answer["left"] else ""
    return f"Published again: {counted(answer['redriven'], 'record')}.{more}"


def left(answer: Mapping[str, Any]) -> RenderableType:
    return f"Left: {counted(answer['left'], 'record')}."
