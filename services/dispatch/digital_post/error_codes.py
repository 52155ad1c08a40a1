"""Digital Post's error codes as data: what each refusal is about, and what it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml

from services.dispatch.domain import RefusalCause

_FILE = Path(__file__).with_name("error_codes.yaml")


@dataclass(frozen=True, slots=True)
class ErrorCode:
    about: RefusalCause
    means: str
    stops: bool = False
    """Whether the whole request is wrong, whatever it holds: nothing more is sent until a human has looked."""


UNLISTED = ErrorCode(RefusalCause.UNLISTED, "the code is not listed")


class ErrorCodes(Mapping[str, ErrorCode]):
    """The table of codes."""

    def __init__(self, listed: Mapping[str, ErrorCode]) -> None:
        self._listed = dict(listed)

    def __getitem__(self, code: str) -> ErrorCode:
        return self._listed[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)

    @classmethod
    def load(cls, file: Path = _FILE) -> Self:
        """Reads the table. Raises ValueError that names file and code, and what is expected."""
        try:
            table = yaml.safe_load(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
            raise ValueError(f"{file}: expected a table of error codes in YAML, found {type(error).__name__}") from None
        if not isinstance(table, dict):
            raise ValueError(f"{file}: expected a table of error codes in YAML, found {type(table).__name__}")
        return cls({code: _error_code(entry, f"{file}: {code}") for code, entry in table.items()})

    def of(self, code: str | None) -> ErrorCode:
        """What the code is about; `UNLISTED` for a code that is not in the table, and for none."""
        return self.get(code or "", UNLISTED)


_LISTED = [cause.value for cause in RefusalCause if cause is not RefusalCause.UNLISTED]


def _error_code(entry: object, where: str) -> ErrorCode:
    match entry:
        case {"about": str() as about, "means": str() as means, **rest} if about in _LISTED and rest.keys() <= {
            "stops"
        }:
            return ErrorCode(RefusalCause(about), means, rest.get("stops") is True)
    raise ValueError(f"{where}: expected {{about: {' | '.join(_LISTED)}, means: …}}, found {entry}")
