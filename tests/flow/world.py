"""A small world: a whole stack of its own on the stepped clock, in which people act when a test says so."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from deploy.local import databases
from deploy.local.keys import Keys
from deploy.local.programs import SERVICES
from deploy.local.stack import Stack
from deploy.local.stepper import Stepper
from deploy.sandbox.person_register.persons import COLUMNS
from shared.privacy import Pseudonyms, read_key
from shared.runtime.clock import DENMARK, ROUND_HOURS, SteppedClock, slot_at_or_after
from shared.surveys import next_sending_moment
from shared.surveys.definition import SendingHours
from tests.flow.people import IN_TOUCH, Mailboxes, Patient, people
from tests.support.builders import danish
from tests.support.deliveries import Drop

BEGINS = danish("2026-11-01 00:00")
SANDBOX = ("digital_post", "person_register")
SETTINGS = {"PULS_SEED": "flow", "PULS_LETTERS_AT_ONCE": "3"}
NOON = (12,)


class World:
    """Everything runs but the synthetic patients: whoever answers, answers because a test lets them."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = SETTINGS) -> None:
        self.clock = SteppedClock(folder / "clock")
        self.clock.move_to(BEGINS)
        self.stack = Stack(
            folder / "stack",
            clock=f"stepped:{self.clock.path}",
            keys=Keys.of_seed("flow"),
            settings=settings,
            postgres_settings={"fsync": "off"},
        )
        self.drop = Drop(self.stack.folder / "drop")
        self._persons = self.stack.folder / "sandbox" / "persons.csv"
        self._persons.write_text(f"{','.join(COLUMNS)}\n")
        self.everybody: list[Patient] = []
        self.months: list[str] = []
        """Those whose contacts have been delivered."""

    @property
    def mailboxes(self) -> Mailboxes:
        return Mailboxes(self.stack.addresses.url("digital_post"), self.stack.addresses.url("responses"))

    def start(self) -> None:
        """Everything is up, and units and participation lie in the drop folder."""
        self.start_servers()
        self.drop.units()
        self.drop.participation()
        self.start_programs({})

    def start_servers(self) -> None:
        """Without topics."""
        self.stack.start_servers()
        self.stack.migrate()

    def start_programs(self, settings: Mapping[str, Mapping[str, str]]) -> None:
        """Each service with the settings that are meant for it alone."""
        self.stack.create_topics()
        self.stack.start(*(name for name in (*SERVICES, *SANDBOX) if name not in settings))
        for name, its_own in settings.items():
            self.stack.start(name, settings=its_own)

    def know(self, people: Iterable[Patient], status: tuple[str, str] = IN_TOUCH) -> None:
        """Both registers know these people, as `status` says."""
        with self._persons.open("a") as file:
            file.writelines(f"{patient.cpr},{','.join(status)},false\n" for patient in people)

    async def rest(self) -> None:
        async with self._stepper(SERVICES) as stepper:
            await stepper.until_rest()

    async def go_to(self, moment: datetime) -> None:
        """Through every slot in which something is due; at rest there."""
        await self.wait_for_eve_of(moment)
        self.clock.move_to(moment)
        await self.rest()

    async def wait_for_eve_of(self, moment: datetime) -> None:
        """Through every slot before this one in which something is due."""
        async with self._stepper(SERVICES) as stepper:
            while (slot := (await stepper.until_rest()).next_slot) and slot < moment:
                self.clock.move_to(slot)

    def _stepper(self, services: Iterable[str]) -> Stepper:
        addresses = self.stack.addresses
        asked = {name: addresses.internal_url(name) for name in services}
        return Stepper(self.clock, asked, {name: addresses.url(name) for name in SANDBOX}, addresses.kafka)

    def noon_after(self, wait: timedelta) -> datetime:
        """The slot in which a letter leaves that is due so long after now."""
        acts = slot_at_or_after(next_sending_moment(self.clock.now() + wait, SendingHours()), ROUND_HOURS)
        return slot_at_or_after(next_sending_moment(acts, SendingHours()), NOON)

    def next_noon(self) -> datetime:
        """The next slot after this one in which letters leave."""
        return self.noon_after(timedelta(hours=1))

    def evening(self) -> datetime:
        """Six o'clock of this day."""
        return self.clock.now().astimezone(DENMARK).replace(hour=18)

    def midnight(self) -> datetime:
        """The next one."""
        return slot_at_or_after(self.clock.now() + timedelta(hours=1), (0,))

    def pseudonym(self, patient: Patient) -> str:
        return Pseudonyms(read_key(self.stack.state.keys["PULS_PSEUDONYM_KEY"], "PULS_PSEUDONYM_KEY")).of(patient.cpr)

    def newcomers(self, count: int) -> list[Patient]:
        """People who were in no wave yet."""
        self.everybody += people(len(self.everybody) + 1, len(self.everybody) + count)
        return self.everybody[-count:]

    async def account(self, wave: str) -> dict[str, Any]:
        return await self.console("GET", f"waves/{wave}")

    async def ask(self, wave: str, what: str) -> dict[str, Any]:
        """`pause`, `resume` or `stop`."""
        return await self.console("POST", f"waves/{wave}/{what}")

    async def console(self, method: str, path: str, **sent: Any) -> Any:
        return await self._call(method, f"{self.stack.addresses.url('console')}/api/{path}", **sent)

    async def red_switch(self, *, is_on: bool) -> None:
        await self._call("PUT", f"{self.stack.addresses.url('dispatch')}/switch", json={"is_on": is_on})

    async def weather(self, **faults: Any) -> None:
        """What goes wrong at Digital Post from here on."""
        await self._call("PUT", f"{self.stack.addresses.url('digital_post')}/faults", json=faults)

    async def operate(self, service: str, path: str, **sent: Any) -> Any:
        """As an operator asks a service's internal API; what there is nothing to do about is no failure."""
        url = f"{self.stack.addresses.internal_url(service)}{path}"
        headers = {"Authorization": f"Bearer {self.stack.state.keys['PULS_API_KEY']}"}
        async with aiohttp.ClientSession(headers=headers) as session, session.post(url, json=sent or None) as answer:
            return await answer.json()

    async def status(self, service: str) -> dict[str, Any]:
        return await self._call("GET", f"{self.stack.addresses.internal_url(service)}/status")

    async def _call(self, method: str, url: str, **sent: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.stack.state.keys['PULS_API_KEY']}"}
        async with aiohttp.ClientSession(headers=headers) as session, session.request(method, url, **sent) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def rows(self, service: str, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        async with self.session(service) as session:
            return await session.fetch(sql, *arguments)

    @asynccontextmanager
    async def session(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """The administrator's, in a service's database."""
        connection = await asyncpg.connect(self.stack.postgres.url(databases.name_of(service)))
        try:
            yield connection
        finally:
            connection.terminate()

    def restart(self, *names: str, settings: Mapping[str, str] | None = None) -> None:
        self.stack.stop(*names)
        self.stack.start(*names, settings=settings)
