"""The one written form of a CPR number: ten characters, capitals, no hyphen."""

import re

_CPR = re.compile(r"[0-9]{6}(?:[0-9]{4}|[0-9][A-Z]{2}[0-9])", re.ASCII)
_BETWEEN = str.maketrans("", "", "-\u2010\u2011\u2013 \u00a0\t\r\n")


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
