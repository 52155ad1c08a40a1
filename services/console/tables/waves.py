"""Waves as tables for a terminal, in the words of the trade."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from services.console.domain.lines import LINES
from services.console.domain.words import spaced
from services.console.tables.deliveries import delivery_line, line
from services.console.tables.layout import moment, number, table, term_in_words

SUMMARY = ("included", "delivered", "complete", "in_flight")
COLUMNS = ("contacts", "included", "quarantined", "cleared", "delivered", "complete", "in_flight")


def waves(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not found:
        return "No wave has started or was requested."
    terms = [term_in_words(term) for term in SUMMARY]
    made = table("Wave", "Stands", *terms, "Adds up", numbers=terms, whole=("Stands", "Adds up"))
    for wave in found:
        made.add_row(wave["wave"], wave["status"], *(number(wave[term]) for term in SUMMARY), _adds_up(wave))
    return made


def wave(found: Mapping[str, Any]) -> RenderableType:
    """The identity line by line, each with its parts and their reasons."""
    started = f"started {moment(found['started_at'])}" if found["started_at"] else "not started"
    head = Text(f"{found['wave']}: {found['status']}, {started}")
    waits = [f"waits for {found['waits_for']}"] if found["waits_for"] else []
    held = [Text(text, style="red") for text in _held(found)]
    parts: list[RenderableType] = [head, *waits, *held, *map(delivery_line, found["deliveries"]), _identity(found)]
    if found["parts"]:
        parts.append(shares(found["parts"]))
    parts += [Text(f"Does not add up: {line}", style="red") for line in found["does_not_add_up"]]
    return Group(*parts)


def _held(found: Mapping[str, Any]) -> Sequence[str]:
    """Why it waits for a person, and what to do."""
    if not found.get("what_to_do"):
        return []
    held = found["held"]
    why = f"held: {spaced(held['reason'])}; expected {held['expected']}, found {held['found']}"
    return [why, f"to do: {found['what_to_do']}"]


def requested(answer: Mapping[str, Any]) -> RenderableType:
    return f"{answer['wave']} is wanted {answer['wanted']} (revision {answer['revision']})."


def shares(parts: Sequence[Mapping[str, Any]]) -> RenderableType:
    terms = [term_in_words(term) for term in COLUMNS]
    made = table("Part", *terms, numbers=terms)
    for part in parts:
        named = f"{part['part']}\n{part['name']}" if part["name"] else part["part"]
        made.add_row(Text(named), *(number(part[term]) for term in COLUMNS))
    return made


def _identity(found: Mapping[str, Any]) -> RenderableType:
    flat = {**found, **{f"reminders.{term}": value for term, value in found["reminders"].items()}}
    lines = ((term, [(part, flat[part]) for part in LINES[term]]) for term in LINES)
    return Group(*(line(term_in_words(term), flat[term], parts) for term, parts in lines))


def _adds_up(wave: Mapping[str, Any]) -> RenderableType:
    return Text("no", style="red") if wave["does_not_add_up"] else "yes"
