"""Finds what fails in a piece of work: the piece is halved until what fails stands alone, and the rest is done."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from shared.runtime.database import is_transient

T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Isolated(Generic[T, R]):
    """What the attempts came to."""

    results: list[R] = field(default_factory=list)
    failed: list[tuple[T, Exception]] = field(default_factory=list)
    """Items that fail by themselves, and how."""
    untouched: list[T] = field(default_factory=list)
    """Items that no attempt was made on, or none that was finished: enough had failed, or an outage came."""
    outage: Exception | None = None


async def isolate(
    items: Sequence[T], attempt: Callable[[Sequence[T]], Awaitable[R]], *, enough: int | None = None
) -> Isolated[T, R]:
    """Attempts all items at once, and halves of what fails. Stops after `enough` items have failed by themselves.

    An outage is nobody's fault: it ends the attempts and is returned beside what was done before it. An attempt that
    is not a pure effect of a transaction must leave nothing behind when it raises.
    """
    found: Isolated[T, R] = Isolated()
    waiting = [items] if items else []
    while waiting and not found.outage and (enough is None or len(found.failed) < enough):
        piece = waiting.pop()
        try:
            found.results.append(await attempt(piece))
        except Exception as error:
            if is_transient(error):
                found.outage = error
                waiting.append(piece)
            elif len(piece) == 1:
                found.failed.append((piece[0], error))
            else:
                half = len(piece) // 2
                waiting += [piece[half:], piece[:half]]
    found.untouched = [item for piece in reversed(waiting) for item in piece]
    return found
