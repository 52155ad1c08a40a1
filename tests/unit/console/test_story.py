"""An invitation's story in words."""

from datetime import timedelta
from typing import Any

from services.console.domain.invitation_updates import COLUMNS_OF
from services.console.domain.story import story
from shared.events import ReminderCancelled, ReminderDue
from tests.support.builders import STARTED_AT, a_unit, danish

HERE, THERE = a_unit(1).code, a_unit(2).code
OF_REMINDERS = {column for event in (ReminderDue, ReminderCancelled) for column in COLUMNS_OF[event]}
COLUMNS = {column for columns in COLUMNS_OF.values() for column in columns}


def row(**known: Any) -> dict[str, Any]:
    return {**dict.fromkeys(COLUMNS), "unit": HERE, "rule": "person_across_surveys", "rule_version": 1, **known}


def words(*told: Any) -> list[str]:
    return [event.what for event in story(*told)]


def test_every_moment_that_is_kept_of_an_invitation_or_a_reminder_is_told() -> None:
    moments = {column: STARTED_AT for column in COLUMNS if column.endswith("_at")}
    assert len(story(row(**moments), [], [])) == len([moment for moment in moments if moment not in OF_REMINDERS])
    of_reminder = {"due_at", "cancelled_at", "submitted_at", "delivered_at", "failed_at", "stopped_at"}
    assert len(story(row(), [row(**dict.fromkeys(of_reminder, STARTED_AT), number=1)], [])) == len(of_reminder)


def test_what_happened_stands_in_its_order() -> None:
    day = timedelta(days=1)
    invitation = row(included_at=STARTED_AT, cleared_at=STARTED_AT, closed_at=STARTED_AT + 9 * day, outcome="complete")
    paused = {"requested_at": STARTED_AT + day, "wanted": "paused", "units": [], "requested_by": "anna"}
    assert words(invitation, [row(number=1, due_at=STARTED_AT + 5 * day)], [paused]) == [
        "Drawn: this person is to be asked",
        "Cleared: the person may be asked (rule person across surveys, version 1)",
        "The wave was paused by anna",
        "Reminder 1 is due",
        "Closed: complete",
    ]


def test_what_was_asked_of_its_unit_is_told_and_of_other_units_not() -> None:
    stopped = {"requested_at": STARTED_AT, "wanted": "stopped", "units": [HERE, THERE], "requested_by": "anna"}
    assert words(row(), [], [stopped, {**stopped, "units": [THERE]}]) == ["The wave was stopped for its unit by anna"]


def test_a_day_is_the_day_in_denmark() -> None:
    held = row(quarantined_at=STARTED_AT, quarantined_until=danish("2027-05-04 00:00"))
    assert "left alone until 4 May 2027" in words(held, [], [])[0]


def test_a_reason_is_told_with_what_it_is_the_reason_of() -> None:
    invitation = row(failed_at=STARTED_AT, failed_reason="exempt", unreached_at=STARTED_AT, unreached_reason="exempt")
    assert words(invitation, [], []) == [
        "The invitation's letter will not be delivered: exempt",
        "Never reached its person (no channel was left): exempt",
    ]


def test_a_reminder_that_had_left_is_not_told_as_no_longer_wanted() -> None:
    cancelled = {"number": 1, "cancelled_at": STARTED_AT, "cancelled_reason": "unanswered"}
    earlier = STARTED_AT - timedelta(days=1)
    assert words(row(), [row(**cancelled, submitted_at=earlier, delivered_at=earlier)], []) == [
        "Reminder 1 was handed over to Digital Post",
        "Reminder 1 lies in the mailbox",
    ]


def test_a_reminder_that_was_cancelled_before_it_left_is_told_as_no_longer_wanted() -> None:
    cancelled = {"number": 1, "cancelled_at": STARTED_AT, "cancelled_reason": "answered"}
    assert words(row(), [row(**cancelled, submitted_at=STARTED_AT + timedelta(days=1))], []) == [
        "Reminder 1 is no longer wanted: answered",
        "Reminder 1 was handed over to Digital Post",
    ]
