"""How people deal with letters, drawn from the seed."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from deploy.sandbox.faults import Dice
from deploy.sandbox.patients.habits import AFTER_CLOSING, HABITS, LAST_DAY, Deed, Mood, habit_of, plan
from shared import surveys
from shared.runtime.clock import DENMARK
from tests.support.builders import danish

ARRIVES = danish("2026-11-05 12:00")
MOODS = [Mood(Dice("1"), f"person {number}|0") for number in range(4000)]


def _days(visit: tuple[Deed, datetime]) -> int:
    return (visit[1].astimezone(DENMARK).date() - ARRIVES.astimezone(DENMARK).date()).days


def test_about_47_of_100_would_answer_completely() -> None:
    answering = {"answers", "clicks_twice", "comes_again", "resumes_elsewhere"}
    answering |= {"waits_for_first_reminder", "waits_for_second_reminder"}
    found = sum((habit := habit_of(mood)) is not None and habit.name in answering for mood in MOODS)
    assert found / len(MOODS) == pytest.approx(0.475, abs=0.02)


def test_every_habit_occurs_about_as_often_as_it_should() -> None:
    found = Counter(habit.name for mood in MOODS if (habit := habit_of(mood)))
    for habit in HABITS:
        assert found[habit.name] / len(MOODS) == pytest.approx(habit.share, abs=0.02)
        assert found[habit.name] > 0


def test_people_come_from_the_day_of_the_letter_to_the_last_day_and_some_too_late() -> None:
    days = {_days(visit) for mood in MOODS for visit in plan(mood, 0, ARRIVES)}
    assert {0, LAST_DAY, AFTER_CLOSING} <= days
    assert not any(LAST_DAY < day < AFTER_CLOSING for day in days)


def test_the_last_day_lies_before_the_surveys_close_and_too_late_after_it() -> None:
    for survey in surveys.load().values():
        assert LAST_DAY < survey.reminders.close_after_days < AFTER_CLOSING


def test_nobody_acts_before_the_letter_has_come_and_all_in_the_morning_or_the_evening() -> None:
    for arrives in (ARRIVES, ARRIVES + timedelta(hours=6), ARRIVES + timedelta(hours=17, minutes=59)):
        for mood in MOODS[:500]:
            for _, due in plan(mood, 0, arrives):
                local = due.astimezone(DENMARK)
                assert due > arrives
                assert (local.hour, local.minute) in ((6, 0), (18, 0))


def test_a_letter_at_noon_is_answered_the_same_evening_at_the_earliest() -> None:
    first = min(due for mood in MOODS for _, due in plan(mood, 0, ARRIVES))
    assert first == danish("2026-11-05 18:00")


def test_who_waits_for_a_reminder_does_nothing_about_the_invitation() -> None:
    waiting = [mood for mood in MOODS if (habit := habit_of(mood)) and habit.waits_for == 2]
    assert waiting
    assert all((plan(mood, 0, ARRIVES), plan(mood, 1, ARRIVES)) == ([], []) for mood in waiting)
    assert all(plan(mood, 2, ARRIVES) for mood in waiting)


def test_another_seed_or_another_invitation_is_drawn_anew() -> None:
    def drawn(seed: str, turn: int) -> list[object]:
        return [habit_of(Mood(Dice(seed), f"person {number}|{turn}")) for number in range(50)]

    assert drawn("1", 0) == drawn("1", 0)
    assert drawn("1", 0) != drawn("2", 0)
    assert drawn("1", 0) != drawn("1", 1)
