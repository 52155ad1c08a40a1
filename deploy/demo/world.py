"""The world of the demo: a stack of its own, two months of deliveries, and people who answer."""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.demo.witnesses import Places
from deploy.local.keys import Keys
from deploy.local.programs import SANDBOX, SERVICES
from deploy.local.stack import Stack
from deploy.local.stepper import Appointment, Stepper
from deploy.sandbox.register_extract import deliver
from shared.runtime.clock import DENMARK, SteppedClock

MONTHS = ("2026-10", "2026-11")
BEGINS = datetime(2026, 11, 1, tzinfo=DENMARK)
ENDS = datetime(2027, 1, 24, tzinfo=DENMARK)
"""About when the last invitation closes: only for guessing how long is left."""

ARRIVALS = (
    (datetime(2026, 11, 2, tzinfo=DENMARK), ("sor-2026-11-01", "participation-2026-11-01", "lpr-2026-10")),
    (datetime(2026, 12, 2, tzinfo=DENMARK), ("lpr-2026-11",)),
)
"""When which deliveries appear in the drop folder."""


@dataclass(frozen=True)
class Wishes:
    """What the demo was asked for."""

    seed: str
    patients: int
    faults: bool
    leave: bool
    """End when the months are over, and do not wait for Ctrl-C."""


@dataclass
class World:
    folder: Path
    stack: Stack
    clock: SteppedClock

    @property
    def prepared(self) -> Path:
        return self.folder / "prepared"

    def stepper(self) -> Stepper:
        addresses = self.stack.addresses
        return Stepper(
            self.clock,
            {name: addresses.internal_url(name) for name in SERVICES},
            {name: addresses.url(name) for name in SANDBOX},
            addresses.kafka,
            [Appointment(at, self._arrival(names)) for at, names in ARRIVALS],
        )

    def witnesses(self) -> Places:
        addresses = self.stack.addresses
        return Places(
            mailboxes=addresses.url("digital_post"),
            patients=addresses.url("patients"),
            console=addresses.url("console"),
            key=self.stack.state.keys["PULS_API_KEY"],
            answers=self.prepared / "answers.json",
            persons=self.prepared / "persons.csv",
        )

    def _arrival(self, names: tuple[str, ...]) -> Callable[[], Awaitable[None]]:
        async def keep() -> None:
            for name in names:
                deliver(self.prepared, self.stack.folder / "drop", name)

        return keep


def remove_earlier(folder: Path) -> None:
    """A world starts empty. Raises CannotStart while another one runs there."""
    if (folder / "stack").exists():
        earlier = Stack(folder / "stack")
        earlier.require_stopped()
        earlier.remove()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def world(folder: Path, wishes: Wishes) -> Iterator[World]:
    """An empty world, up and waiting for time to pass. What was there of an earlier one is removed."""
    clock = SteppedClock(folder / "clock")
    stack = Stack(
        folder / "stack",
        clock=f"stepped:{clock.path}",
        keys=Keys.of_seed(wishes.seed),
        settings={
            "PULS_SEED": wishes.seed,
            "PULS_FAULTS": "1" if wishes.faults else "",
            "PULS_PERSONS": str(folder / "prepared" / "persons.csv"),
        },
    )
    clock.move_to(BEGINS)
    with stack:
        yield World(folder, stack, clock)


async def prepare(there: World, wishes: Wishes) -> None:
    """Writes the deliveries while the servers and services come up."""
    writing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.sandbox.register_extract", "--out", str(there.prepared)),
        *("--seed", wishes.seed, "--patients", str(wishes.patients), "--months", *MONTHS),
        env=os.environ,
        stdout=asyncio.subprocess.DEVNULL,
    )
    await asyncio.to_thread(_servers_up, there.stack)
    if await writing.wait():
        raise RuntimeError("the deliveries could not be written: see above")
    await asyncio.to_thread(there.stack.start, *SERVICES, *SANDBOX)


def _servers_up(stack: Stack) -> None:
    stack.start_servers()
    stack.migrate()
    stack.create_topics()
