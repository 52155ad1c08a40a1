"""CPR numbers stand nowhere but in the drop folder: not in a table, a topic, a log or a file of ours."""

from collections import defaultdict
from dataclasses import dataclass

import asyncpg
import pytest

from deploy.local.blocking import run_blocking
from deploy.search.numbers import Numbers
from deploy.search.searching import search
from tests.flow.planting import DELETED, KINDS, PLANTED, plant
from tests.flow.world import World
from tests.support.deliveries import a_cpr

IN_AN_ERROR = a_cpr(1049)
STRUCK = "SELECT count(*) FROM invitation WHERE answers::text LIKE '%[CPR]%'"

WHERE = {
    "table": "database puls_console, table public.planted",
    "record": "topic puls.set-aside.v1",
    "valkey": "valkey",
    "log": "/log/planted.log",
    "file": "/planted/",
}
"""What the place's name holds, by the kind's first word."""


@dataclass(frozen=True)
class Searched:
    looked_at: int
    places: dict[str, set[str]]
    """Number -> where it was found."""


@pytest.fixture(scope="module")
def searched(world: World) -> Searched:
    """The world in which people have written their numbers into free texts, and others have been planted."""
    return run_blocking(_searched(world))


async def _searched(world: World) -> Searched:
    await world.rest()
    await plant(world)
    await _an_error(world)
    numbers = Numbers([*(patient.cpr for patient in world.everybody), *PLANTED.values(), IN_AN_ERROR])
    result = await search(world.stack, numbers)
    places = defaultdict[str, set[str]](set)
    for found in result.found:
        places[found.number].add(found.place)
    return Searched(result.looked_at, places)


async def _an_error(world: World) -> None:
    """PostgreSQL refuses a row, and says so in its log."""
    async with world.session("console") as session:
        await session.execute(DELETED, IN_AN_ERROR)
        with pytest.raises(asyncpg.UniqueViolationError):
            await session.execute(DELETED, IN_AN_ERROR)


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_number_is_found(kind: str, searched: Searched) -> None:
    word = kind.partition(":")[0].partition(" ")[0]
    where = "/postgres/data/" if kind == "table: deleted" else WHERE[word]
    assert any(where in place for place in searched.places[PLANTED[kind]]), searched.places[PLANTED[kind]]


@pytest.mark.parametrize(("kind", "server"), [("table: words", "/postgres/data/"), ("record: key", "/kafka/records/")])
def test_a_planted_number_is_found_in_the_servers_own_files(kind: str, server: str, searched: Searched) -> None:
    assert any(server in place for place in searched.places[PLANTED[kind]])


async def test_people_have_written_their_numbers_into_free_texts(world: World) -> None:
    assert (await world.rows("responses", STRUCK))[0][0] >= 3


def test_nobodys_number_is_found(searched: Searched, world: World) -> None:
    assert len(world.everybody) >= 30
    assert {place for patient in world.everybody for place in searched.places.get(patient.cpr, ())} == set()


def test_everything_was_looked_at(searched: Searched) -> None:
    assert searched.looked_at > 1000


def test_postgres_says_what_it_refused_and_not_what_stood_in_it(searched: Searched, world: World) -> None:
    log = (world.stack.folder / "log" / "postgres.log").read_text()
    assert 'duplicate key value violates unique constraint "planted_deleted_key"' in log
    assert not [place for place in searched.places[IN_AN_ERROR] if place.endswith(".log")]
