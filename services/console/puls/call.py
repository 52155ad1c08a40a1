"""What a command of `puls` asks of the console."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from rich.console import RenderableType


@dataclass(frozen=True)
class ApiCall:
    """One question to the console, and how its answer is shown."""

    method: str
    path: str
    show: Callable[[Any], RenderableType]
    params: dict[str, str] | None = None
    body: Any = None
    is_well: Callable[[Any], bool] = lambda _: True
    """Whether the answer is a good one: else the exit status is 1."""


class AddCommand(Protocol):
    def __call__(
        self, name: str, call: Callable[[argparse.Namespace], ApiCall], text: str
    ) -> argparse.ArgumentParser: ...


def quoted(name: str) -> str:
    """As a part of a path."""
    return quote(name, safe="")


def given(arguments: argparse.Namespace, *names: str) -> dict[str, str]:
    """The options of these names that are set."""
    values = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}
