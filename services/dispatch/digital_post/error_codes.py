"""Digital Post's error codes as data: dotted code -> what follows for the letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import yaml

_FILE = Path(__file__).with_name("error_codes.yaml")


class ErrorAction(StrEnum):
    NEXT_CHANNEL = "next_channel"
    RETRY = "retry"
    ACCEPTED = "accepted"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Consequence:
    then: ErrorAction
    notify: bool


UNLISTED = Consequence(ErrorAction.NEXT_CHANNEL, notify=True)


class ErrorCodes:
    """The table of codes."""

    def __init__(self, known: Mapping[str, Consequence]) -> None:
        self._known = known

    @classmethod
    def load(cls, file: Path = _FILE) -> Self:
        """Reads the table. Raises ValueError that names file and code, and what is expected."""
        try:
            table = yaml.safe_load(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
            raise ValueError(f"{file}: expected a table of error codes in YAML, found {type(error).__name__}") from None
        if not isinstance(table, dict):
            raise ValueError(f"{file}: expected a table of error codes in YAML, found {type(table).__name__}")
        return cls({code: _consequence(entry, f"{file}: {code}") for code, entry in table.items()})

    def of(self, code: str | None) -> Consequence:
        """What follows; for an unlisted code, the next channel, and a human is told."""
        return self._known.get(code or "", UNLISTED)


def _consequence(entry: object, where: str) -> Consequence:
    match entry:
        case {"then": str() as then, "notify": bool() as notify, **rest} if not rest and then in list(ErrorAction):
            return Consequence(ErrorAction(then), notify)
    raise ValueError(f"{where}: expected {{then: {' | '.join(ErrorAction)}, notify: true | false}}, found {entry}")
