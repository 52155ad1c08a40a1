"""Work that time brings: a round decides inside one transaction, an errand goes out between two.

Both are taken in pieces, so that no transaction grows with a wave. What fails stands alone in the end and is put aside
as stuck work; when too much fails or ends alike, the work halts until a person has looked.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.events import Event
from shared.runtime.database import Transaction
from shared.runtime.stuck_work import Stuck

T = TypeVar("T")
R = TypeVar("R")

Claim = Callable[[Transaction, datetime, int], Awaitable[Sequence[T]]]
"""From now and the largest number of items to those that are due. Leaves out what is in `runtime.stuck_work`."""
Due = Callable[[Transaction], Awaitable[datetime | None]]
"""The moment from which there is work, work under a lease too; None for none. What is held back does not count."""
Held = Callable[[Transaction], Awaitable[str | None]]
"""Why a person holds all of it back, for those who look on; None: nobody does."""

STUCK = "stuck"
"""The outcome of what is put aside; it is limited in all work."""


@dataclass(frozen=True)
class Round(Generic[T]):
    """Decides about items, and returns what is to be published. Only one copy of the service at a time acts."""

    claim: Claim[T]
    act: Callable[[Transaction, Sequence[T], datetime], Awaitable[Sequence[Event]]]
    due: Due
    name: str
    key: Callable[[T], str]
    """By which an item is known among the stuck ones."""
    heard: Sequence[str] = ()
    """Services whose events must have been heard until at most five minutes ago."""
    at_once: int = 2000
    """Items of one transaction, at most."""


@dataclass(frozen=True)
class Brake(Generic[R]):
    """Stops an errand in which too many items end alike, before any of that is kept."""

    outcomes: Callable[[R], Mapping[str, int]]
    """How many items of a result came to what, whether it is limited or not."""
    limited: Collection[str]
    """Outcomes that end an item for good, and are believed only while most items come to others."""
    without: Callable[[R, Collection[str]], R]
    """The result as it is where these outcomes are not believed: their items stay as they were before."""
    why: Callable[[R, str], str | None]
    """Why the latest item of the result came to this outcome: the cause's name, for whoever looks."""


@dataclass(frozen=True)
class Errand(Generic[T, R]):
    """Goes out into the world: `claim` leases items, `do` goes without a transaction, `record` keeps what came of it.

    What `do` raises is taken to have done nothing to any of its items: it is tried again with half of them.
    """

    claim: Claim[T]
    do: Callable[[Sequence[T]], Awaitable[R]]
    record: Callable[[Transaction, R, datetime], Awaitable[Sequence[Event | Stuck]]]
    due: Due
    name: str
    key: Callable[[T], str] | None
    """By which an item is known among the stuck ones. None: its failures are shown, and it is tried again."""
    put_back: Callable[[Transaction, Sequence[T], datetime], Awaitable[None]] | None = None
    """Ends the lease of items that nothing was done with. None: leases run out by themselves."""
    brake: Brake[R] | None = None
    heard: Sequence[str] = ()
    held: Held | None = None
    at_once: int = 500


Work = Round[Any] | Errand[Any, Any]
