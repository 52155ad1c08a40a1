"""Lives through one line of the table on a stack of its own: a wave that must lose nobody to a mistake."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.events.topics import PUBLISHED_BY
from shared.runtime import topics
from tests.flow.people import Patient, people
from tests.flow.world import World
from tests.mutations.lines import Line
from tests.mutations.neighbour import Neighbour, serving
from tests.runtime.trial import until
from tests.support.builders import a_unit, danish
from tests.support.deliveries import HOSPITAL, OWNER

MONTH, WAVE = "2026-10", "lup-somatik-2026-10"
STARTS, LEAVES = danish("2026-11-05 00:00"), danish("2026-11-05 12:00")
SETTINGS = {"PULS_SEED": "mutations"}
A_WARD = 50
"""Patients; at most 60 of a ward are asked in a month."""
TOUCHED = "SELECT count(*) FROM letter WHERE state IN ('failed', 'stopped')"
GONE = "SELECT count(*) FROM letter WHERE state IN ('handed_over', 'delivered')"


@dataclass(frozen=True)
class Outcome:
    """What a line came to."""

    touched: int
    """Persons whose letter had ended before anything was mended."""
    named: str
    """What the overview said that needs a person; empty where all was well."""
    delivered: int
    messages: int
    """In all mailboxes."""


async def live(line: Line, patients: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), SETTINGS)
        with world.stack:
            try:
                return await _live(world, line, people(1, patients))
            finally:
                world.stack.stop()


async def _live(world: World, line: Line, everybody: list[Patient]) -> Outcome:
    neighbour = Neighbour(bad=everybody[0].cpr)
    async with serving(neighbour) as address:
        right = {"PULS_PERSON_REGISTER_URL": address}
        await asyncio.to_thread(world.start_servers)
        await _topics(world, line)
        _deliver(world, everybody)
        await asyncio.to_thread(world.start_programs, {"dispatch": {**right, **line.settings}})
        neighbour.answers = line.register
        await world.weather(**line.weather)
        await world.go_to(STARTS)
        world.clock.move_to(LEAVES)
        named = "" if line.harmless else await until(lambda: _named(world, line), f"the overview to say {line.cause!r}")
        if line.alone:
            await until(lambda: _left(world, len(everybody) - line.alone), "all others to leave")
        touched = await _count(world, TOUCHED)
        neighbour.answers = "right"
        await world.weather()
        if not line.harmless:
            await _mend(world, right)
        await until(lambda: _left(world, len(everybody)), "all letters to leave")
        await until(lambda: _delivered(world, len(everybody)), "all letters to be delivered")
        messages = len(await world.mailboxes.listed("messages"))
        return Outcome(touched, named, (await world.account(WAVE))["delivered"], messages)


def _deliver(world: World, everybody: Sequence[Patient]) -> None:
    """So many wards that none of them has more patients than are asked in a month."""
    wards = [a_unit(number).code for number in range(1, len(everybody) // A_WARD + 2)]
    names = [(ward, f"Afsnit {number}", "OE", HOSPITAL) for number, ward in enumerate(wards, 1)]
    above = [(OWNER, "Region Eksempel", "IE", ""), (HOSPITAL, "Eksempel Hospital", "SI", OWNER)]
    world.drop.units([(*unit, "84", "2012-01-01", "", "") for unit in (*above, *names)])
    world.drop.participation([("lup-somatik", ward, "2020-01-01", "") for ward in wards])
    world.know(everybody)
    at = {patient: wards[place // A_WARD] for place, patient in enumerate(everybody)}
    visits = [{**patient.visit(MONTH), "kont_ans": at[patient]} for patient in everybody]
    world.drop.contacts(visits, period=MONTH)


async def _topics(world: World, line: Line) -> None:
    """Made beforehand by somebody else, where the line says so."""
    if line.partitions is None and line.compression is None:
        return
    kafka = world.stack.addresses.kafka
    async with _admin(kafka) as admin:
        if line.partitions is not None:
            names = [topics.address("puls", publisher) for publisher in PUBLISHED_BY]
            await admin.create_topics([NewTopic(name, line.partitions, 1) for name in names])
    await asyncio.to_thread(world.stack.create_topics)
    if line.compression is not None:
        config = {"compression.type": line.compression}
        names = [topics.address("puls", publisher) for publisher in PUBLISHED_BY]
        async with _admin(kafka) as admin:
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, config) for name in names])


@asynccontextmanager
async def _admin(kafka: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def _named(world: World, line: Line) -> str:
    """What the overview says, once it names the cause."""
    said = await world.console("GET", "status")
    words = " | ".join(f"{alert['what']}: {alert['mend']}" for alert in said["alerts"])
    return words if line.cause in words else ""


async def _mend(world: World, right: Mapping[str, str]) -> None:
    """As the person on duty does: the right setting, the switch off, and the word to go on."""
    await asyncio.to_thread(world.stack.stop, "dispatch")
    await asyncio.to_thread(lambda: world.stack.start("dispatch", settings=right))
    await world.red_switch(is_on=False)
    await world.operate("dispatch", "/resume")
    for group in (await world.status("dispatch"))["stuck"]:
        await world.operate("dispatch", "/stuck/retry", work=group["work"])


async def _left(world: World, count: int) -> bool:
    return await _count(world, GONE) == count


async def _delivered(world: World, count: int) -> bool:
    return (await world.account(WAVE))["delivered"] == count


async def _count(world: World, sql: str) -> int:
    rows: list[Any] = await world.rows("dispatch", sql)
    return rows[0][0]
