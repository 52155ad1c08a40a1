"""CPR numbers: the one written form (ten characters, capitals, no hyphen), and texts in which one may stand."""

import re

_CPR = re.compile(r"[0-9]{6}(?:[0-9]{4}|[0-9][A-Z]{2}[0-9])", re.ASCII)
_BETWEEN = str.maketrans("", "", "-\u2010\u2011\u2013 \u00a0\t\r\n")

_SOMEWHERE = re.compile(
    r"(?<![0-9])(?:[06][1-9]|[1278][0-9]|[39][01])[\W_]?(?:0[1-9]|1[0-2])[\W_]?[0-9]{2}"
    r"[\W_]{0,3}[0-9](?:[0-9]{2}|[A-Za-z]{2})[0-9](?![0-9])"
)
"""A day, sixty more for a replacement number, a month, a year, and a serial."""


class NotACprNumber(ValueError):
    """The text has not the shape of a CPR number. The message never repeats the text."""


def normalized(text: str) -> str:
    """DDMMYYSSSS, or a replacement number DDMMYY, digit, two letters, digit; hyphen and blanks are dropped.

    Modulus 11 is not asked: it is not guaranteed for numbers given since 2007. Nor is the date: replacement
    numbers add 60 to the day. Raises `NotACprNumber`.
    """
    if _CPR.fullmatch(text):
        return text
    compact = text.translate(_BETWEEN).upper()
    if _CPR.fullmatch(compact):
        return compact
    raise NotACprNumber(
        f"a text of {len(text)} characters is not a CPR number: expected ten characters, DDMMYYSSSS, hyphen optional"
    )


def may_hold_cpr(text: str) -> bool:
    """Whether a CPR number may stand in what somebody typed, however it is parted.

    By its form alone, so a moment such as 251126 1200 is taken for one: in doubt a text is refused.
    """
    return _SOMEWHERE.search(text) is not None
