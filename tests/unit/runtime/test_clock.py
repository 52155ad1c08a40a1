"""One clock: the same for all, only forward, in slots that begin at Danish hours."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.runtime.clock import ROUND_HOURS, Clock, RealClock, SteppedClock, slot_at_or_after
from tests.support.builders.things import danish


@pytest.fixture
def clock(tmp_path: Path) -> SteppedClock:
    made = SteppedClock(tmp_path / "clock")
    made.move_to(danish("2026-11-01 00:00"))
    return made


def test_the_real_clock_is_now_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= Clock.of("real").now() <= datetime.now(UTC)
    assert Clock.of("real").now().tzinfo is UTC


def test_rounds_act_at_any_real_time() -> None:
    assert RealClock().rounds_act()


def test_all_who_read_a_stepped_clock_read_the_same(clock: SteppedClock) -> None:
    assert Clock.of(f"stepped:{clock.path}").now() == clock.now() == danish("2026-11-01 00:00")


def test_a_stepped_clock_stands_until_it_is_moved(clock: SteppedClock) -> None:
    another = Clock.of(f"stepped:{clock.path}")
    assert another.now() == another.now()
    clock.move_to(danish("2026-11-01 06:00"))
    assert another.now() == danish("2026-11-01 06:00")


def test_a_clock_never_moves_backwards(clock: SteppedClock) -> None:
    with pytest.raises(ValueError, match="only moves forward"):
        clock.move_to(danish("2026-10-31 18:00"))
    assert clock.now() == danish("2026-11-01 00:00")


def test_a_clock_that_is_moved_leaves_no_other_file(clock: SteppedClock) -> None:
    clock.move_to(danish("2026-11-02 00:00"))
    assert list(clock.path.parent.iterdir()) == [clock.path]


@pytest.mark.parametrize("text", ["", "stepped", "stepped:", "unreal"])
def test_a_clock_of_no_known_kind_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected 'real' or 'stepped:<path>'"):
        Clock.of(text)


@pytest.mark.parametrize(("hour", "act"), [("00:00", True), ("06:00", False), ("12:00", True), ("18:00", False)])
def test_rounds_act_at_midnight_and_at_noon_in_denmark(clock: SteppedClock, hour: str, act: bool) -> None:
    clock.move_to(danish(f"2026-11-02 {hour}"))
    assert clock.rounds_act() is act


@pytest.mark.parametrize(
    ("moment", "slot"),
    [
        ("2026-11-05 00:00", "2026-11-05 00:00"),
        ("2026-11-05 00:01", "2026-11-05 06:00"),
        ("2026-11-05 17:59", "2026-11-05 18:00"),
        ("2026-11-05 18:01", "2026-11-06 00:00"),
        ("2026-12-31 23:00", "2027-01-01 00:00"),
    ],
)
def test_the_next_slot(moment: str, slot: str) -> None:
    assert slot_at_or_after(danish(moment)) == danish(slot)


def test_the_next_slot_in_which_rounds_act() -> None:
    assert slot_at_or_after(danish("2026-11-05 06:00"), ROUND_HOURS) == danish("2026-11-05 12:00")
    assert slot_at_or_after(danish("2026-11-05 12:01"), ROUND_HOURS) == danish("2026-11-06 00:00")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 5), ("2026-10-25", 7), ("2026-10-26", 6)])
def test_slots_keep_to_danish_hours_where_the_clocks_change(day: str, hours: int) -> None:
    """On the last Sunday of March the first slot is an hour shorter, in October an hour longer."""
    begins = danish(f"{day} 00:00")
    assert slot_at_or_after(begins + timedelta(seconds=1)) - begins == timedelta(hours=hours)
    assert slot_at_or_after(begins + timedelta(seconds=1)) == danish(f"{day} 06:00")


def test_slots_are_in_utc() -> None:
    assert slot_at_or_after(danish("2026-11-05 01:00")).tzinfo is UTC
