"""What the generator takes for granted about the surveys. A test compares it with the surveys' own definitions."""

from dataclasses import dataclass
from datetime import date

MINIMUM_AGE = 15
"""Whole years on the day the wave starts."""
VISIT = "ALCA00"
"""The only contact type that counts as a visit."""
CONTACTS_IN_COURSE = 3
"""How many visits a psychiatric outpatient's course must have among the contacts delivered."""
KARENS_DAYS = 180
"""How long a person whom an invitation reached is left alone, by every survey."""


@dataclass(frozen=True)
class Survey:
    """A survey as the generator knows it."""

    name: str
    main_specialties: tuple[str, ...]
    starts_on: int
    """The day of the following month on which the wave starts."""
    at_most_per_unit: int | None
    """Persons asked per unit and month; none: all."""

    def wave(self, month: str) -> str:
        return f"{self.name}-{month}"

    def starts(self, month: str) -> date:
        """The day the wave of this month (YYYY-MM) starts."""
        return first_day_after(month).replace(day=self.starts_on)


CAP = 60
SOMATIC = Survey("lup-somatik", ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10"), 5, CAP)
PSYCHIATRIC = Survey("lup-psykiatri", ("50", "52"), 15, None)
SURVEYS = (SOMATIC, PSYCHIATRIC)
"""In the order in which their waves of one month start."""


def first_day_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def first_day_after(month: str) -> date:
    """The first day of the month after this one (YYYY-MM)."""
    first = first_day_of(month)
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
