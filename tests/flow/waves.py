"""A hospital's wave for one test alone, with people whom a test chooses, asked for by an operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from deploy.sandbox.patients.mailbox import Envelope
from deploy.sandbox.register_extract.surveys import first_day_after
from shared.runtime.clock import DENMARK
from tests.flow.people import Patient
from tests.flow.world import World
from tests.runtime.trial import until

SURVEY = "lup-somatik"
QUEUED = "SELECT count(*) FROM letter WHERE wave = $1 AND kind = $2"
WANTED = "SELECT wanted FROM wave WHERE wave = $1"


@dataclass(frozen=True)
class Wave:
    world: World
    name: str
    people: Sequence[Patient]

    async def account(self) -> dict[str, Any]:
        return await self.world.account(self.name)

    async def letters(self) -> list[Envelope]:
        """All in its people's mailboxes, in the order in which they came."""
        return await self.world.mailboxes.letters(self.people)

    async def reminders(self, to: Patient) -> int:
        return sum(letter.is_reminder for letter in await self.world.mailboxes.letters([to]))

    async def until_queued(self, kind: str, number: int) -> None:
        """Returns when dispatch has so many letters of this kind."""

        async def queued() -> bool:
            return (await self.world.rows("dispatch", QUEUED, self.name, kind))[0][0] == number

        await until(queued, f"{number} {kind}s of {self.name} to be queued")

    async def until_dispatch_knows(self, wanted: str) -> None:
        async def knows() -> bool:
            return [row["wanted"] for row in await self.world.rows("dispatch", WANTED, self.name)] == [wanted]

        await until(knows, f"dispatch to know that {self.name} is {wanted}")


async def started(world: World, people: Sequence[Patient]) -> Wave:
    """It has started at midnight; its letters wait for the next noon at which letters leave."""
    month = _next_month(world)
    await world.go_to(max(world.midnight(), _midnight(first_day_after(month))))
    world.know(people)
    world.months.append(month)
    world.drop.contacts([patient.visit(month) for patient in people], f"lpr-{month}", period=month)
    await world.console("POST", "waves", json={"survey": SURVEY, "month": month})
    await world.rest()
    return Wave(world, f"{SURVEY}-{month}", people)


def _next_month(world: World) -> str:
    """The one before the clock's, or the one after the last that was delivered, whichever is later."""
    just_over = world.clock.now().astimezone(DENMARK).replace(day=1) - timedelta(days=1)
    return max(f"{just_over:%Y-%m}", f"{first_day_after(world.months[-1]):%Y-%m}")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=DENMARK)
