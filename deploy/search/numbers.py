"""Which CPR numbers stand in some bytes: as whole numbers, with and without hyphen."""

import re
from collections.abc import Iterable
from mmap import mmap
from typing import Self

SHAPE = re.compile(rb"(?<![0-9])(?=([0-9]{6})-?([0-9][0-9A-Z]{2}[0-9])(?![0-9]))", re.IGNORECASE)
"""Of a CPR number or a replacement for one. Anything but a digit may stand around it."""


class Numbers:
    """The numbers that are looked for."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._wanted = frozenset(number.replace("-", "").upper() for number in numbers)

    @classmethod
    def standing_in(cls, *contents: bytes) -> Self:
        """All that has the shape of such a number."""
        return cls(number for content in contents for number in _numbers(content))

    def __len__(self) -> int:
        return len(self._wanted)

    def found_in(self, content: bytes | mmap) -> frozenset[str]:
        return self._wanted & set(_numbers(content))


def _numbers(content: bytes | mmap) -> Iterable[str]:
    return ((match[1] + match[2]).decode().upper() for match in SHAPE.finditer(content))
