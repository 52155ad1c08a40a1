"""What a person does about the letters of one invitation, and when. Pure.

Everything is drawn from the seed, the person and which invitation of theirs it is, never from timing, so that the same
seed gives the same outcome whatever the load, the order of messages, or a restart in between.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from deploy.sandbox.faults import Dice
from shared.runtime.clock import DENMARK

Deed = Literal[
    "answer",
    "answer_clicking_twice",
    "come_again",
    "save_some",
    "look",
    "decline",
    "opt_out",
    "open_only",
    "send_opened",
]
HOURS = (6, 18)
"""Danish hours at which people sit down to their mail."""
LAST_DAY = 34
"""The page closes 35 days after delivery (assumed); whoever is in time comes until here."""
AFTER_CLOSING = 40
"""Late enough to find it closed, also where the receipt of the delivery was late."""


@dataclass(frozen=True)
class Mood:
    """A person's draws about one invitation."""

    dice: Dice
    subject: str

    def draw(self, question: str) -> float:
        """In [0, 1)."""
        return self.dice.draw(question, self.subject)

    def hits(self, share: float, question: str) -> bool:
        return self.draw(question) < share

    def number(self, least: int, most: int, question: str) -> int:
        """Both may come."""
        return least + int(self.draw(question) * (most - least + 1))

    def choose(self, options: Sequence[str], question: str) -> str:
        return self.dice.choose(options, question, self.subject)


@dataclass(frozen=True)
class Planned:
    """A visit to the pages, so many days after the letter that brought it about."""

    deed: Deed
    day: int


@dataclass(frozen=True)
class Habit:
    """One way of dealing with an invitation."""

    name: str
    share: float
    """Of those reached."""
    plan: Callable[[Mood], Sequence[Planned]]
    waits_for: int = 0
    """Which letter makes them act: the invitation (0), the first or the second reminder."""


def _some_day(mood: Mood) -> int:
    """Most soon, some on the very last day."""
    return int((LAST_DAY + 1) * mood.draw("day") ** 3)


def _soon(mood: Mood) -> int:
    return mood.number(0, 5, "day")


def _twice(first: Deed, second: Deed) -> Callable[[Mood], Sequence[Planned]]:
    def plan(mood: Mood) -> Sequence[Planned]:
        day = mood.number(0, 20, "day")
        return Planned(first, day), Planned(second, day + mood.number(1, 10, "days until the next visit"))

    return plan


def _too_late(mood: Mood) -> int:
    return mood.number(AFTER_CLOSING, AFTER_CLOSING + 3, "day after closing")


HABITS = (
    Habit("answers", 0.300, lambda mood: [Planned("answer", _some_day(mood))]),
    Habit("clicks_twice", 0.025, lambda mood: [Planned("answer_clicking_twice", _some_day(mood))]),
    Habit("comes_again", 0.020, _twice("answer", "come_again")),
    Habit("resumes_elsewhere", 0.035, _twice("save_some", "answer")),
    Habit("waits_for_first_reminder", 0.060, lambda mood: [Planned("answer", _soon(mood))], waits_for=1),
    Habit("waits_for_second_reminder", 0.040, lambda mood: [Planned("answer", _soon(mood))], waits_for=2),
    Habit("stops_halfway", 0.050, lambda mood: [Planned("save_some", _some_day(mood))]),
    Habit("declines", 0.030, lambda mood: [Planned("decline", _some_day(mood))]),
    Habit("opts_out", 0.012, lambda mood: [Planned("opt_out", _some_day(mood))]),
    Habit("only_looks", 0.040, lambda mood: [Planned("look", _some_day(mood))]),
    Habit("comes_too_late", 0.015, lambda mood: [Planned("answer", _too_late(mood))]),
    Habit(
        "sends_too_late",
        0.008,
        lambda mood: [Planned("open_only", mood.number(25, LAST_DAY, "day")), Planned("send_opened", _too_late(mood))],
    ),
)
"""The first six answer completely: 48 of 100, less those whose reminder never comes. Whoever has none does nothing."""


def habit_of(mood: Mood) -> Habit | None:
    draw = mood.draw("habit")
    for habit in HABITS:
        if draw < habit.share:
            return habit
        draw -= habit.share
    return None


def plan(mood: Mood, letter: int, arrives: datetime) -> Sequence[tuple[Deed, datetime]]:
    """The visits that this letter brings about (0: the invitation, 1: the first reminder, …), and when they are due."""
    habit = habit_of(mood)
    if habit is None or habit.waits_for != letter:
        return []
    hour = int(mood.choose([str(hour) for hour in HOURS], "hour"))
    return [(visit.deed, _sits_down(arrives, visit.day, hour)) for visit in habit.plan(mood)]


def _sits_down(arrives: datetime, day: int, hour: int) -> datetime:
    """So many days after the letter, at this hour or, if that is before it arrives, at the next one."""
    arrived = arrives.astimezone(DENMARK)
    first = arrived.date() + timedelta(days=day)
    moments = [(first, hour), *((first + timedelta(days=more), hour) for more in (0, 1) for hour in HOURS)]
    slots = (datetime.combine(date, time(hour), DENMARK) for date, hour in moments)
    return next(slot for slot in slots if slot > arrived)
