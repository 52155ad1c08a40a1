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
class StoryEvent:
    at: datetime
    what: str
    kind: Kind
    number: int | None = None
    """Of the letter it is about: 0 the invitation's own, 1, 2, … its reminders."""


def story(invitation: Row, reminders: Sequence[Row], requests: Sequence[Row]) -> list[StoryEvent]:
    """`requests` are those about its wave, about all of it or some units.

    What happened at the same moment stands in the order of a life.
    """
    events = [
        *_before(invitation),
        *_of_wave(invitation["unit"], requests),
        *_of_letter(invitation, 0),
        *(event for reminder in reminders for event in _of_reminder(reminder)),
        *_of_person(invitation),
    ]
    return sorted(events, key=lambda event: event.at)


def _before(row: Row) -> Iterator[StoryEvent]:
    rule = f"rule {_words(row['rule'])}, version {row['rule_version']}"
    yield from _event(row["included_at"], "Drawn: this person is to be asked", "decided")
    yield from _event(
        row["quarantined_at"],
        f"Held back: asked too recently ({rule}); left alone until {_day(row['quarantined_until'])}",
        "end",
    )
    yield from _event(row["cleared_at"], f"Cleared: the person may be asked ({rule})", "decided")
    yield from _event(row["dropped_at"], f"Ended before karens decided on it: {_words(row['dropped_reason'])}", "end")
    yield from _event(
        row["withdrawn_at"], f"Withdrawn: the ground for asking fell away, {_words(row['withdrawn_reason'])}", "end"
    )


def _of_wave(unit: str, requests: Sequence[Row]) -> Iterator[StoryEvent]:
    for request in requests:
        if request["units"] and unit not in request["units"]:
            continue
        wanted = {"running": "asked to run", "paused": "paused", "stopped": "stopped"}[request["wanted"]]
        which = " for its unit" if request["units"] else ""
        yield StoryEvent(request["requested_at"], f"The wave was {wanted}{which} by {request['requested_by']}", "wave")


def _of_letter(row: Row, number: int) -> Iterator[StoryEvent]:
    name = f"Reminder {number}" if number else "The invitation's letter"
    sentences = {
        "submitted_at": "was handed over to Digital Post",
        "delivered_at": "lies in the mailbox",
        "failed_at": f"will not be delivered: {_words(row['failed_reason'])}",
        "stopped_at": f"was ended before it was handed over: {_words(row['stopped_reason'])}",
    }
    for at, what in sentences.items():
        yield from _event(row[at], f"{name} {what}", "letter", number)


def _of_reminder(row: Row) -> Iterator[StoryEvent]:
    number = row["number"]
    not_after = f", to be handed over by {_day(row['not_after'])}" if row["not_after"] else ""
    yield from _event(row["due_at"], f"Reminder {number} is due{not_after}", "letter", number)
    if not _over_before_it_was_cancelled(row):
        cancelled = f"Reminder {number} is no longer wanted: {_words(row['cancelled_reason'])}"
        yield from _event(row["cancelled_at"], cancelled, "letter", number)
    yield from _of_letter(row, number)


def _over_before_it_was_cancelled(row: Row) -> bool:
    """Every reminder that was due is cancelled when its invitation ends: of one that had left, that says nothing."""
    over = [at for at in (row["submitted_at"], row["delivered_at"], row["failed_at"]) if at]
    return bool(over and row["cancelled_at"] and min(over) < row["cancelled_at"])


def _of_person(row: Row) -> Iterator[StoryEvent]:
    stopped = "ended before hand-over" if row["unreached_stopped"] else "no channel was left"
    unreached = f"Never reached its person ({stopped}): {_words(row['unreached_reason'])}"
    yield from _event(row["unreached_at"], unreached, "end")
    yield from _event(row["answered_at"], "The person sent their answers", "person")
    yield from _event(row["declined_at"], "The person does not want to answer this time", "person")
    yield from _event(row["opted_out_at"], "The person does not want to be asked again", "person")
    yield from _event(row["closing_due_at"], "It has been open as long as its survey says", "end")
    yield from _event(row["closed_at"], f"Closed: {_words(row['outcome'])}", "end")


def _event(at: datetime | None, what: str, kind: Kind, number: int | None = None) -> Iterator[StoryEvent]:
    if at is not None:
        yield StoryEvent(at, what, kind, number)


def _words(reason: str | None) -> str:
    return (reason or "no reason given").replace("_", " ")


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(DENMARK):%-d %b %Y}" if at else "a day not told"
