"""When contacts of a month took place, as the extract writes it: Danish local time, YYYY-MM-DD HH:MM:SS."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from deploy.sandbox.register_extract.surveys import first_day_after, first_day_of

CHOICES = 4000
"""Different spans of each kind: drawn once a month, because writing a moment costs more than choosing one."""
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """When a contact began and ended, and when its last report came."""

    start: str
    end: str
    """Empty: the contact is open."""
    reported: str


class Spans:
    """The spans of one month (YYYY-MM)."""

    def __init__(self, rng: Random, month: str) -> None:
        self._rng = rng
        self._first = first_day_of(month)
        self._next = first_day_after(month)
        self._last_report = datetime.combine(self._next, time(23, 59))
        self.visits = self._many(self._visit)
        self.visits += [
            self._at(self._first, time(0), SECOND * 5),
            self._at(self._next - DAY, time(23, 59), SECOND * 59),
        ]
        self.stays = self._many(self._stay)
        self.long_days = self._many(self._long_day)
        self.just_too_short = [self._at(self._day(), time(7), 12 * HOUR - SECOND) for _ in range(20)]
        self.open = self._many(self._open)
        self.before = self._many(self._before)
        self.elsewhen = self.before + self._many(self._crossing) + [self._open_before()]
        self.elsewhen += [self._at(self._next, time(0), timedelta()), self._at(self._next, time(9), HOUR)]
        self.last_days = [str(self._next - DAY * back) for back in range(1, 15)]

    def choose(self, spans: list[Span]) -> Span:
        return spans[int(self._rng.random() * len(spans))]

    def admission(self) -> tuple[Span, Span]:
        """Two contacts of one stay: some hours on the day of arrival, then over midnight."""
        day = self._first + DAY * int(self._rng.random() * ((self._next - self._first).days - 6))
        ward = datetime.combine(day, time(15)) + MINUTE * int(self._rng.random() * 300)
        return self._at(day, time(9), 4 * HOUR), self._span(ward, ward + DAY * (1 + int(self._rng.random() * 3)))

    def _many(self, one: Callable[[], Span]) -> list[Span]:
        return [one() for _ in range(CHOICES)]

    def _day(self) -> date:
        return self._first + DAY * int(self._rng.random() * (self._next - self._first).days)

    def _at(self, day: date, hour: time, length: timedelta) -> Span:
        start = datetime.combine(day, hour)
        return self._span(start, start + length)

    def _span(self, start: datetime, end: datetime) -> Span:
        reported = end + MINUTE * 10 + SECOND * int(self._rng.random() * 100_000)
        return Span(str(start), str(end), str(min(reported, self._last_report)))

    def _visit(self) -> Span:
        minutes = int(self._rng.random() * 600)
        start = datetime.combine(self._day(), time(7, 30)) + MINUTE * minutes
        return self._span(start, start + MINUTE * (10 + int(self._rng.random() * 180)))

    def _stay(self) -> Span:
        """Over midnight, from minutes to days; it may have begun in the month before."""
        end = datetime.combine(self._day(), time(0, 5)) + MINUTE * int(self._rng.random() * 900)
        midnight = datetime.combine(end.date(), time(0))
        return self._span(midnight - MINUTE * (5 + int(self._rng.random() ** 3 * 14000)), end)

    def _long_day(self) -> Span:
        """Twelve hours or a little more, within one day."""
        return self._at(self._day(), time(7), 12 * HOUR + MINUTE * int(self._rng.random() * 3) * 60)

    def _open(self) -> Span:
        visit = self._visit()
        return Span(visit.start, "", str(datetime.fromisoformat(visit.start) + HOUR))

    def _open_before(self) -> Span:
        start = datetime.combine(self._first - DAY, time(12))
        return Span(str(start), "", str(start + HOUR))

    def _before(self) -> Span:
        """Of the month before, reported late."""
        start = datetime.combine(self._first - DAY * (1 + int(self._rng.random() * 20)), time(9))
        end = start + MINUTE * int(10 + self._rng.random() * 800)
        return Span(str(start), str(end), str(datetime.combine(self._first, time(8)) + HOUR * self._rng.randrange(600)))

    def _crossing(self) -> Span:
        """Begun within the month, ended in the next one."""
        end = datetime.combine(self._next, time(0, 1)) + MINUTE * int(self._rng.random() * 1200)
        return self._span(datetime.combine(self._next - DAY * 3, time(10)), end)
