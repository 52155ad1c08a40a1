"""What is taken out, and which tests must then fail."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    name: str
    path: str
    changes: Sequence[tuple[str, str]]
    """Exact text that stands there once, and what stands there instead."""
    tests: Sequence[str]

    def taken_out_of(self, text: str) -> str:
        """The file's text without the mechanism. Raises LookupError where it is not found exactly once."""
        for old, new in self.changes:
            if text.count(old) != 1:
                raise LookupError(f"{self.path}: expected once, found {text.count(old)} times: {old!r}")
            text = text.replace(old, new)
        return text


def mutation(name: str, path: str, old: str, new: str, *tests: str) -> Mutation:
    """One with a single change."""
    return Mutation(name, path, [(old, new)], tests)
