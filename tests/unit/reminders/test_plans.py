"""When a person is reminded."""

from datetime import timedelta

from services.reminders.domain import REMINDER_LIFE, happening, plan, postponed
from shared import surveys
from tests.support.builders import danish, delivered, submitted

SURVEYS = surveys.load()
SOMATIC = SURVEYS["lup-somatik"]


def test_reminders_count_from_delivery_and_fall_on_sending_days() -> None:
    reminders = plan(delivered(occurred_at=danish("2026-11-05 12:00")), SURVEYS).reminders
    assert [reminder.at for reminder in reminders] == [danish("2026-11-16 08:00"), danish("2026-11-25 12:00")]


def test_no_reminder_falls_between_christmas_and_new_year() -> None:
    [_, second] = plan(delivered(occurred_at=danish("2026-12-07 12:00")), SURVEYS).reminders
    assert second.at == danish("2027-01-04 08:00")


def test_holidays_never_push_two_reminders_into_one_week() -> None:
    first, second = plan(delivered(occurred_at=danish("2026-12-16 12:00")), SURVEYS).reminders
    assert (first.at, second.at) == (danish("2027-01-04 08:00"), danish("2027-01-11 08:00"))


def test_no_reminder_comes_when_time_is_up() -> None:
    reminders = plan(delivered(occurred_at=danish("2026-12-05 12:00")), _closing_after(22)).reminders
    assert [reminder.number for reminder in reminders] == [1]


def _closing_after(days: int) -> surveys.Surveys:
    rules = SOMATIC.reminders.model_copy(update={"close_after_days": days})
    return surveys.Surveys({SOMATIC.name: SOMATIC.model_copy(update={"reminders": rules})})


def test_a_hand_over_plans_the_closing_and_no_reminder() -> None:
    handed_over = plan(submitted(occurred_at=danish("2026-11-05 12:00")), SURVEYS)
    assert handed_over.reminders == ()
    assert handed_over.closing_at == danish("2026-11-05 12:00") + timedelta(days=SOMATIC.reminders.close_after_days)


def test_a_reminder_outside_sending_hours_waits_for_the_next_opening() -> None:
    [first, _] = plan(delivered(occurred_at=danish("2026-11-05 12:00")), SURVEYS).reminders
    assert postponed(first, danish("2026-11-17 00:00"), SOMATIC) == danish("2026-11-17 08:00")
    assert postponed(first, danish("2026-11-17 12:00"), SOMATIC) is None


def test_a_reminder_past_its_time_is_dropped() -> None:
    [first, _] = plan(delivered(occurred_at=danish("2026-11-05 12:00")), SURVEYS).reminders
    late = first.not_after + timedelta(days=1)
    assert postponed(first, late, SOMATIC) is None
    assert REMINDER_LIFE["planned", happening(first, late, SOMATIC)] == "dropped"
    assert REMINDER_LIFE["planned", happening(first, danish("2026-11-16 12:00"), SOMATIC)] == "told"


def test_a_reminder_that_ended_never_comes_back() -> None:
    assert not {state for state, _ in REMINDER_LIFE} & {"cancelled", "dropped"}
