"""Strikes CPR and telephone numbers out of free text, before it is stored anywhere. Pure.

In doubt it strikes: a lost date does less harm than a kept number. Numbers are taken by shape alone, for a CPR number
need not pass modulus 11. Digits are seen as runs: groups of digits with gaps between them, however written.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

CPR_STRUCK = "[CPR]"
PHONE_STRUCK = "[tlf.]"
CPR_DIGITS, PHONE_DIGITS = 10, 8

_ANY = r"[\W_]"
_GAP = r"(?:[^\w,;:!?]|_){1,6}"
"""What people write inside one number: hyphens, blanks, dots, what cannot be seen. A comma or a word parts two."""

_SIX_AND_FOUR = rf"\d{{6,}}{_ANY}{{0,6}}\d{{4,}}"
_SERIAL = rf"(?:{_ANY}{{0,6}}\d{{4}}|{_ANY}{{1,6}}\d\d[\s-]{{1,3}}\d\d(?![\s-]\d))(?!\d)"
_DATE_AND_SERIAL = rf"(?<!\d)\d\d{_ANY}{{1,6}}\d\d{_ANY}{{1,6}}(?:\d\d)?\d\d{_SERIAL}"
_REPLACEMENT = rf"(?<!\d)\d{{6}}{_ANY}{{0,6}}\d[A-Za-z]{{2}}\d(?!\w)"
_CPR = re.compile(f"{_SIX_AND_FOUR}|{_DATE_AND_SERIAL}|{_REPLACEMENT}")
_WITH_COUNTRY = re.compile(rf"\(?(?:\+|(?<![\d:.,])00(?=\d)){_ANY}?\d(?:(?:{_GAP})?\d){{7,14}}(?!\d)")

_DAY_MONTH = r"(?:0?[1-9]|[12]\d|3[01])(?:[./-] ?| )(?:0?[1-9]|1[0-2])(?:[./-] ?| )"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_TIME = r"(?:[01]?\d|2[0-4])\.[0-5]\d(?!\d)"
_TO = r"\s?[-–/]\s?"
_NO_MORE = rf"(?!{_GAP}\d)"
_ORDINARY = "|".join(
    (
        rf"{_DAY_MONTH}\d\d(?!\d){_TO}{_DAY_MONTH}\d\d(?!\d){_NO_MORE}",
        rf"{_DAY_MONTH}{_YEAR}(?:{_TO}{_DAY_MONTH}{_YEAR}| {_TIME})?(?:{_TO}{_TIME})?",
        rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)",
        rf"{_TIME}{_TO}{_TIME}{_NO_MORE}",
        rf"{_YEAR}(?:{_TO}{_YEAR})+{_NO_MORE}",
    )
)
"""Dates, times, years, and from one to another. Not right behind a digit: `01.12.30-14.15` holds no times."""
_KEPT = rf"(?<!\d)(?<!\d[\W_])(?:{_ORDINARY})"
_GROUP = rf"(?!{_KEPT})\d+"
_KEPT_OR_RUN = re.compile(rf"({_KEPT})|{_GROUP}(?:{_GAP}{_GROUP})*")
_DAY_AND_MONTH = re.compile(r"(?:[06][1-9]|[1278]\d|[39][01])(?:0[1-9]|1[0-2])")
"""Of a CPR number; the day of a replacement number has 60 added."""

Struck = tuple[int, int, str]
"""From, to, and what stands there instead."""


def screened(text: str) -> str:
    """The text without CPR and telephone numbers. Never longer than before; screening it again changes nothing."""
    without_foreign = _WITH_COUNTRY.sub(PHONE_STRUCK, text)
    without_cpr = _CPR.sub(CPR_STRUCK, without_foreign)
    return _KEPT_OR_RUN.sub(_screened_run, without_cpr)


def was_struck(text: str) -> bool:
    return CPR_STRUCK in text or PHONE_STRUCK in text


def _screened_run(found: re.Match[str]) -> str:
    run = found[0]
    if found[1] is not None:
        return run
    pieces, end = list[str](), 0
    for start, stop, instead in _merged(_numbers(run)):
        pieces += [run[end:start], instead]
        end = stop
    return "".join([*pieces, run[end:]])


def _numbers(run: str) -> Iterator[Struck]:
    """Every row of neighbouring groups that may be a number; they may overlap."""
    groups = [group.span() for group in re.finditer(r"\d+", run)]
    for first, (start, _) in enumerate(groups):
        near = groups[first : first + CPR_DIGITS]
        for (_, end), digits in zip(near, accumulate(end - start for start, end in near), strict=True):
            if digits == PHONE_DIGITS:
                yield start, end, PHONE_STRUCK
            if digits >= CPR_DIGITS:
                if _holds_cpr(re.sub(r"\D", "", run[start:end])):
                    yield start, end, CPR_STRUCK
                break


def _holds_cpr(digits: str) -> bool:
    """Of ten digits or more: at their beginning or at their end."""
    ascii_digits = "".join(str(int(digit)) for digit in digits)
    return any(_DAY_AND_MONTH.match(ascii_digits, at) for at in (0, len(digits) - CPR_DIGITS))


def _merged(numbers: Iterable[Struck]) -> Sequence[Struck]:
    """Overlapping ones become one; where a CPR number may be among them, it is struck as one."""
    merged: list[Struck] = []
    for number in numbers:
        if merged and number[0] < merged[-1][1]:
            merged[-1] = _both(merged[-1], number)
        else:
            merged.append(number)
    return merged


def _both(earlier: Struck, later: Struck) -> Struck:
    kinds = (earlier[2], later[2])
    return earlier[0], max(earlier[1], later[1]), CPR_STRUCK if CPR_STRUCK in kinds else PHONE_STRUCK
