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


def mutation(name: str, path: str, old: str, new: str, *tests: str) -> Mutation:
    """One with a single change."""
    return Mutation(name, path, [(old, new)], tests)
