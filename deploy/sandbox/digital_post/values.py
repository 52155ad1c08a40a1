"""The kinds of text in a MeMo: what each may look like."""

import re
from collections.abc import Callable
from datetime import date, datetime

UUID_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_DATE_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2}", re.ASCII)
_WHOLE_NUMBER = re.compile(r"[+-]?0*(\d+)", re.ASCII)


def at_most(length: int) -> Callable[[str], str | None]:
    """Text of at most so many characters."""

    def check(text: str) -> str | None:
        return None if len(text) <= length else f"{len(text)} characters, expected at most {length}"

    return check


def whole_number(digits: int) -> Callable[[str], str | None]:
    """A number of at most so many digits."""

    def check(text: str) -> str | None:
        match = _WHOLE_NUMBER.fullmatch(text.strip())
        if match and len(match[1]) <= digits:
            return None
        return f"expected a whole number of at most {digits} digits"

    return check


def one_of(*texts: str) -> Callable[[str], str | None]:
    """One of these words."""

    def check(text: str) -> str | None:
        return None if text in texts else f"expected one of {' '.join(texts)}"

    return check


def _boolean(text: str) -> str | None:
    """An empty one means false: the schema has that default."""
    return None if text.strip() in ("true", "false", "1", "0") or not text else "expected true or false"


def _uuid(text: str) -> str | None:
    return None if UUID_4.fullmatch(text) else "expected a UUID of version 4"


def _date_time(text: str) -> str | None:
    try:
        moment(text)
    except ValueError:
        return "expected a dateTime that ends in Z"
    return None


def _date(text: str) -> str | None:
    try:
        day(text)
    except ValueError:
        return "expected a date, YYYY-MM-DD"
    return None


def _language(text: str) -> str | None:
    return None if _LANGUAGE.fullmatch(text) else "expected a language of two letters"


def _base64(_: str) -> None:
    """Read where files are judged, so that content is decoded once."""


def moment(text: str) -> datetime:
    """The instant of an xs:dateTime in UTC, to the second. Raises ValueError."""
    match = _DATE_TIME.fullmatch(text.strip())
    if not match:
        raise ValueError("not a dateTime that ends in Z")
    return datetime.fromisoformat(match[1] + "+00:00")


def day(text: str) -> date:
    """The day of an xs:date; a time zone is allowed and means nothing here. Raises ValueError."""
    match = _DATE.fullmatch(text.strip())
    if not match:
        raise ValueError("not a date")
    return date.fromisoformat(match[1])


KINDS: dict[str, Callable[[str], str | None]] = {
    "text": at_most(256),
    "text7": at_most(7),
    "notification": at_most(150),
    "comment": at_most(512),
    "uri": at_most(256),
    "messageType": one_of("DIGITALPOST", "NEMSMS"),
    "uuid": _uuid,
    "dateTime": _date_time,
    "date": _date,
    "boolean": _boolean,
    "language": _language,
    "base64": _base64,
    "wholeNumber10": whole_number(10),
    "wholeNumber13": whole_number(13),
}
"""Each says what is wrong with a text, or None. The text itself is never repeated: it may tell of a person."""
