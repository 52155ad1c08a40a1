"""Numbers and names as pages and command line say them."""

from collections.abc import Sequence


def counted(number: int, what: str) -> str:
    """`1 record`, `2,000 records`"""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def spaced(name: str) -> str:
    """`hand_over_invitation` as one reads it."""
    return name.replace("_", " ")


def listed(names: Sequence[str]) -> str:
    """`a, b and c`"""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def age(seconds: float | None) -> str:
    """`3 min`, in the largest unit that says enough."""
    if seconds is None:
        return "–"
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:,.0f} {unit}"
    return f"{max(0.0, seconds):,.0f} s"
