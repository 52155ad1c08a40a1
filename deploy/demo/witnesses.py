"""What others saw: the mailboxes, the registers, the patients, the answer sheet. Imports nothing of ours."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp


@dataclass(frozen=True)
class Places:
    """Where the witnesses are to be found."""

    mailboxes: str
    patients: str
    console: str
    key: str
    answers: Path
    persons: Path


@dataclass(frozen=True)
class Message:
    """A letter that Digital Post accepted."""

    uuid: str
    cpr: str
    label: str
    received_at: datetime

    @property
    def is_reminder(self) -> bool:
        return self.label.startswith("Påmindelse")


@dataclass(frozen=True)
class Testimony:
    """Everything that was seen, and what the console says of it."""

    messages: Sequence[Message]
    refused: set[str]
    """Messages that Digital Post refused for good."""
    tally: Sequence[dict[str, Any]]
    """A line for each letter, as its person tells it."""
    expected: dict[str, Any]
    """The answer sheet of whoever made the deliveries."""
    persons: dict[str, tuple[str, str]]
    """CPR number -> status in the register of persons, status at Digital Post."""
    waves: Sequence[dict[str, Any]]
    """What the console says, wave by wave, in the order they started."""

    @property
    def invitations(self) -> list[Message]:
        return [one for one in self.messages if not one.is_reminder]

    @property
    def reminders(self) -> list[Message]:
        return [one for one in self.messages if one.is_reminder]

    def of_wave(self, wave: dict[str, Any]) -> list[Message]:
        """Invitations received between this wave's start and the next one's."""
        starts = [datetime.fromisoformat(one["started_at"]) for one in self.waves]
        start = datetime.fromisoformat(wave["started_at"])
        later = [one for one in starts if one > start]
        end = min(later) if later else None
        return [one for one in self.invitations if one.received_at >= start and (end is None or one.received_at < end)]


async def hear(places: Places) -> Testimony:
    """Asks everybody."""
    async with aiohttp.ClientSession() as session:
        messages = await _lines(session, f"{places.mailboxes}/messages")
        refusals = await _lines(session, f"{places.mailboxes}/refusals")
        tally = await _lines(session, f"{places.patients}/tally")
        headers = {"Authorization": f"Bearer {places.key}"}
        names = [one["wave"] for one in await _json(session, f"{places.console}/api/waves", headers)]
        waves = [await _json(session, f"{places.console}/api/waves/{name}", headers) for name in names]
    accepted = {one["messageUUID"] for one in messages}
    with places.persons.open(newline="") as file:
        persons = {row["cpr"]: (row["register_status"], row["digital_post_status"]) for row in csv.DictReader(file)}
    return Testimony(
        messages=[
            Message(one["messageUUID"], one["cpr"], one["label"], datetime.fromisoformat(one["received_at"]))
            for one in messages
        ],
        refused={one["messageUUID"] for one in refusals} - accepted,
        tally=tally,
        expected=json.loads(places.answers.read_text()),
        persons=persons,
        waves=sorted(waves, key=lambda wave: wave["started_at"]),
    )


async def _lines(session: aiohttp.ClientSession, url: str) -> list[dict[str, Any]]:
    async with session.get(url) as answer:
        answer.raise_for_status()
        return [json.loads(line) async for line in answer.content if line.strip()]


async def _json(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> Any:
    async with session.get(url, headers=headers) as answer:
        answer.raise_for_status()
        return await answer.json()
