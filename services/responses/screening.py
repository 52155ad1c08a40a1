"""Strikes CPR and telephone numbers out of free text, before it is stored anywhere. Pure.

In doubt it strikes: a lost date does less harm than a kept number. Numbers are taken by shape alone, for a CPR number
need not pass modulus 11, and replacement numbers need not hold a date.
"""

import re

CPR_STRUCK = "[CPR]"
PHONE_STRUCK = "[tlf.]"

_ANY = r"[\W_]"
"""What people write between digits: a hyphen, a blank, a dot, or something that cannot be seen."""

_TEN_DIGITS = rf"\d{{6,}}{_ANY}{{0,4}}\d{{4,}}"
_TEN_DIGITS_APART = rf"(?<!\d)\d(?:{_ANY}?\d){{9}}(?!\d)"
_DATE_AND_SERIAL = rf"(?<!\d)\d\d{_ANY}{{1,2}}\d\d{_ANY}{{1,2}}(?:\d\d)?\d\d{_ANY}{{0,4}}\d{{4}}(?!\d)"
_REPLACEMENT = rf"(?<!\d)\d{{6}}{_ANY}{{0,4}}\d[A-Za-z]{{2}}\d(?!\w)"
_CPR = re.compile(f"{_TEN_DIGITS}|{_TEN_DIGITS_APART}|{_DATE_AND_SERIAL}|{_REPLACEMENT}")

_GAP = r"[^\w,;:!?()\n]{1,2}"
"""A comma parts two numbers, as in `2019, 2020`; a blank, a hyphen or a dot may stand inside one."""

_EIGHT_DIGITS = "|".join(
    (
        r"\d{8}",
        rf"\d\d(?:{_GAP}\d\d){{3}}",
        rf"\d{{4}}{_GAP}\d{{4}}",
        rf"\d\d{_GAP}\d{{3}}{_GAP}\d{{3}}",
        rf"\d{{3}}{_GAP}\d\d{_GAP}\d{{3}}",
        rf"\d{{3}}{_GAP}\d{{3}}{_GAP}\d\d",
    )
)
_WITH_COUNTRY = re.compile(rf"\(?(?:\+|(?<![\d:.,])00(?=\d)){_ANY}?\d(?:{_ANY}{{0,2}}\d){{7,14}}(?!\d)")
_DANISH = re.compile(rf"(?<!\d)(?:{_EIGHT_DIGITS})(?!\d)")


def screened(text: str) -> str:
    """The text without CPR and telephone numbers. Never longer than before; screening it again changes nothing."""
    without_foreign = _WITH_COUNTRY.sub(PHONE_STRUCK, text)
    without_cpr = _CPR.sub(CPR_STRUCK, without_foreign)
    return _DANISH.sub(PHONE_STRUCK, without_cpr)


def was_struck(text: str) -> bool:
    return CPR_STRUCK in text or PHONE_STRUCK in text
