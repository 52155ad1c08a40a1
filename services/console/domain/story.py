"""What happened to one invitation, in words and in order.

Its row and those of its reminders hold every fact that is told of an invitation, and each but an opt-out is told once:
so the story needs no log of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from shared.surveys import DENMARK

Row = Mapping[str, Any]
Kind = Literal["decided", "letter", "person", "wave", "end"]


@dataclass(frozen=True)
class Happened:
    at: datetime
    what: str
    kind: Kind
    number: int | None = None
    """Of the letter it is about: 0 the invitation's own, 1, 2, … its reminders."""


def story(invitation: Row, reminders: Sequence[Row], asked: Sequence[Row]) -> list[Happened]:
    """`asked` is what was wanted of its wave, of all of it or of some units.

    What happened at the same moment stands in the order of a life.
    """
    told = [
        *_before(invitation),
        *_of_wave(invitation["unit"], asked),
        *_of_letter(invitation, 0),
        *(one for reminder in reminders for one in _of_reminder(reminder)),
        *_of_person(invitation),
    ]
    return sorted(told, key=lambda one: one.at)


def _before(row: Row) -> Iterator[Happened]:
    rule = f"rule {_words(row['rule'])}, version {row['rule_version']}"
    yield from _told(row["included_at"], "Drawn: this person is to be asked", "decided")
    yield from _told(
        row["quarantined_at"],
        f"Held back: asked too recently ({rule}); left alone until {_day(row['quarantined_until'])}",
        "end",
    )
    yield from _told(row["cleared_at"], f"Cleared: the person may be asked ({rule})", "decided")
    yield from _told(row["dropped_at"], f"Ended before karens decided on it: {_words(row['dropped_reason'])}", "end")
    yield from _told(
        row["withdrawn_at"], f"Withdrawn: the ground for asking fell away, {_words(row['withdrawn_reason'])}", "end"
    )


def _of_wave(unit: str, asked: Sequence[Row]) -> Iterator[Happened]:
    for one in asked:
        if one["units"] and unit not in one["units"]:
            continue
        wanted = {"running": "asked to run", "paused": "paused", "stopped": "stopped"}[one["wanted"]]
        which = " for its unit" if one["units"] else ""
        yield Happened(one["requested_at"], f"The wave was {wanted}{which} by {one['requested_by']}", "wave")


def _of_letter(row: Row, number: int) -> Iterator[Happened]:
    name = f"Reminder {number}" if number else "The invitation's letter"
    told = {
        "submitted_at": "was handed over to Digital Post",
        "delivered_at": "lies in the mailbox",
        "failed_at": f"will not be delivered: {_words(row['failed_reason'])}",
        "stopped_at": f"was ended before it was handed over: {_words(row['stopped_reason'])}",
    }
    for at, what in told.items():
        yield from _told(row[at], f"{name} {what}", "letter", number)


def _of_reminder(row: Row) -> Iterator[Happened]:
    number = row["number"]
    not_after = f", to be handed over by {_day(row['not_after'])}" if row["not_after"] else ""
    yield from _told(row["due_at"], f"Reminder {number} is due{not_after}", "letter", number)
    if not _over_before_it_was_cancelled(row):
        cancelled = f"Reminder {number} is no longer wanted: {_words(row['cancelled_reason'])}"
        yield from _told(row["cancelled_at"], cancelled, "letter", number)
    yield from _of_letter(row, number)


def _over_before_it_was_cancelled(row: Row) -> bool:
    """Every reminder that was due is cancelled when its invitation ends: of one that had left, that says nothing."""
    over = [at for at in (row["submitted_at"], row["delivered_at"], row["failed_at"]) if at]
    return bool(over and row["cancelled_at"] and min(over) < row["cancelled_at"])


def _of_person(row: Row) -> Iterator[Happened]:
    stopped = "ended before hand-over" if row["unreached_stopped"] else "no channel was left"
    unreached = f"Never reached its person ({stopped}): {_words(row['unreached_reason'])}"
    yield from _told(row["unreached_at"], unreached, "end")
    yield from _told(row["answered_at"], "The person sent their answers", "person")
    yield from _told(row["declined_at"], "The person does not want to answer this time", "person")
    yield from _told(row["opted_out_at"], "The person does not want to be asked again", "person")
    yield from _told(row["closing_due_at"], "It has been open as long as its survey says", "end")
    yield from _told(row["closed_at"], f"Closed: {_words(row['outcome'])}", "end")


def _told(at: datetime | None, what: str, kind: Kind, number: int | None = None) -> Iterator[Happened]:
    if at is not None:
        yield Happened(at, what, kind, number)


def _words(reason: str | None) -> str:
    return (reason or "no reason given").replace("_", " ")


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(DENMARK):%-d %b %Y}" if at else "a day not told"
