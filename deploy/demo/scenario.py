"""The demo's scenario: a stack of its own, two months of deliveries, and people who answer."""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.demo.observations import Sources
from deploy.local.keys import Keys
from deploy.local.programs import SANDBOX, SERVICES, copies_of
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
class Options:
    """What the demo was asked for."""

    seed: str
    patients: int
    faults: bool = False
    leave: bool = False
    """End when the months are over, and do not wait for Ctrl-C."""
    kills: bool = False
    """Processes are killed all the while."""
    copies: int = 1
    """Of each service."""


@dataclass
class Scenario:
    folder: Path
    stack: Stack
    clock: SteppedClock
    options: Options

    @property
    def services(self) -> list[str]:
        """Every copy of every service."""
        return [copy for service in SERVICES for copy in copies_of(service, self.options.copies)]

    @property
    def prepared(self) -> Path:
        return self.folder / "prepared"

    def stepper(self) -> Stepper:
        addresses = self.stack.addresses
        return Stepper(
            self.clock,
            {name: addresses.internal_url(name) for name in self.services},
            {name: addresses.url(name) for name in SANDBOX},
            addresses.kafka,
            [Appointment(at, self._arrival(names)) for at, names in ARRIVALS],
        )

    def sources(self) -> Sources:
        addresses = self.stack.addresses
        return Sources(
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
    """A scenario starts empty. Raises CannotStart while another one runs there."""
    if (folder / "stack").exists():
        earlier = Stack(folder / "stack")
        earlier.require_stopped()
        earlier.remove()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def open_scenario(folder: Path, options: Options) -> Iterator[Scenario]:
    """An empty stack, open and waiting for time to pass. What was there of an earlier one is removed."""
    clock = SteppedClock(folder / "clock")
    stack = Stack(
        folder / "stack",
        clock=f"stepped:{clock.path}",
        keys=Keys.of_seed(options.seed),
        settings={
            "PULS_SEED": options.seed,
            "PULS_FAULTS": "1" if options.faults else "",
            "PULS_PERSONS": str(folder / "prepared" / "persons.csv"),
        },
    )
    clock.move_to(BEGINS)
    with stack:
        yield Scenario(folder, stack, clock, options)


async def prepare(scenario: Scenario) -> None:
    """Writes the deliveries while the servers and services come up."""
    writing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.sandbox.register_extract", "--out", str(scenario.prepared)),
        *("--seed", scenario.options.seed, "--patients", str(scenario.options.patients), "--months", *MONTHS),
        env=os.environ,
        stdout=asyncio.subprocess.DEVNULL,
    )
    await asyncio.to_thread(_servers_up, scenario.stack)
    if await writing.wait():
        raise RuntimeError("the deliveries could not be written: see above")
    await asyncio.to_thread(scenario.stack.start, *scenario.services, *SANDBOX)


def _servers_up(stack: Stack) -> None:
    stack.start_servers()
    stack.migrate()
    stack.create_topics()
