"""Looks for CPR numbers in everything a running stack keeps, apart from where they may be."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path

from deploy.local.stack import Stack
from deploy.search import places
from deploy.search.layers import layers
from deploy.search.numbers import Numbers


@dataclass(frozen=True)
class Found:
    """A number, and where it stands."""

    place: str
    number: str = field(repr=False)


@dataclass(frozen=True)
class Search:
    """`looked_at`: how many tables, records, keys and files."""

    looked_at: int
    found: frozenset[Found]


async def search(stack: Stack, numbers: Numbers) -> Search:
    """The stack's servers must be up. The drop folder and the sandbox may hold numbers, and are left out."""
    looked_at, found = 0, set[Found]()
    async for place, content in _kept(stack):
        looked_at += 1
        for layer, inner in layers(place, content):
            found |= {Found(layer, number) for number in numbers.found_in(inner)}
    for file in _files(stack):
        looked_at += 1
        found |= set(_in_file(stack, file, numbers))
    return Search(looked_at, frozenset(found))


async def _kept(stack: Stack) -> AsyncIterator[places.Kept]:
    for kept in (
        places.tables(stack.addresses.postgres),
        places.topics(stack.addresses.kafka),
        places.keys(stack.addresses.valkey),
    ):
        async for one in kept:
            yield one


def _files(stack: Stack) -> Iterator[Path]:
    yield from places.files(stack.folder, [stack.folder / "drop", stack.folder / "sandbox"])
    if not stack.postgres.data.is_relative_to(stack.folder):
        yield from places.files(stack.postgres.data, [])


def _in_file(stack: Stack, file: Path, numbers: Numbers) -> Iterator[Found]:
    """The servers' own files are looked at as the bytes they are: what they hold was exported before."""
    yield from (Found(f"the name of {file.parent}/…", number) for number in numbers.found_in(file.name.encode()))
    if any(file.is_relative_to(data) for data in (stack.postgres.data, stack.kafka.records)):
        yield from (Found(f"file {file}", number) for number in _in_bytes(file, numbers))
        return
    for layer, content in layers(f"file {file}", file.read_bytes()):
        yield from (Found(layer, number) for number in numbers.found_in(content))


def _in_bytes(file: Path, numbers: Numbers) -> frozenset[str]:
    try:
        with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as content:
            return numbers.found_in(content)
    except (FileNotFoundError, ValueError):  # gone meanwhile, or empty
        return frozenset()
