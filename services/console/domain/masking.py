"""A set-aside record as an operator may see it: what names a person or tells of one is struck out."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

SHOWN = frozenset(
    [
        "occurred_at",
        "wave",
        "survey",
        "month",
        "id",
        "questionnaire_version",
        "unit",
        "region",
        "reason",
        "kind",
        "number",
        "channel",
        "version",
        "days",
        "until",
        "outcome",
        "completeness",
        "delivery",
        "sha256",
        "period",
        "rows",
        "contacts",
        "included",
        "parts",
        "revision",
        "wanted",
    ]
)
SHOWN_WITHIN = frozenset([("unit_path", "code"), ("unit_path", "name")])
"""Fields whose values may be seen: anywhere, and within another field alone, for a unit's name tells of no person and
another name may. Whatever is not named here is struck out, whatever it is."""

STRUCK_OUT = "•••"
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_NUMBER_OF_A_PERSON = re.compile(r"(?<![0-9])[0-9]{6}[- ]?[0-9](?:[0-9]{2}|[A-Z]{2})[0-9](?![0-9])", re.ASCII)
_LARGEST_COUNT = 99_999_999
"""A larger number may be a person's, with or without its leading zero."""


def masked(value: bytes) -> Any:
    """The record's fields, or None for a record that is no JSON and so is not shown at all."""
    try:
        return _masked(json.loads(value))
    except (ValueError, RecursionError):
        return None


def without_numbers(text: str) -> str:
    """The text without anything that has the shape of a CPR number."""
    return _NUMBER_OF_A_PERSON.sub(STRUCK_OUT, text)


def _masked(value: Any, field: str = "", within: str = "") -> Any:
    if isinstance(value, Mapping):
        return {
            name if _FIELD.fullmatch(name) else STRUCK_OUT: _masked(inner, name, field) for name, inner in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_masked(inner, field, within) for inner in value]
    is_shown = field in SHOWN or (within, field) in SHOWN_WITHIN
    if not is_shown or (isinstance(value, int | float) and value > _LARGEST_COUNT):
        return STRUCK_OUT
    return without_numbers(value) if isinstance(value, str) else value
