"""What others observed: the mailboxes, the registers, the patients, the answer sheet. Imports nothing of ours."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp


@dataclass(frozen=True)
class Sources:
    """Whom to ask, and where."""

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
        return _is_reminder(self.label)


@dataclass(frozen=True)
class Refusal:
    """A letter that Digital Post refused for good, and whether it ever says so: some receipts never come."""

    uuid: str
    cpr: str
    label: str
    refused_at: datetime
    told: bool

    @property
    def is_reminder(self) -> bool:
        return _is_reminder(self.label)


def _is_reminder(label: str) -> bool:
    return label.startswith("Påmindelse")


@dataclass(frozen=True)
class Observations:
    """Everything that was seen, and what the console says of it."""

    messages: Sequence[Message]
    refused: Sequence[Refusal]
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
        return [message for message in self.messages if not message.is_reminder]

    @property
    def reminders(self) -> list[Message]:
        return [message for message in self.messages if message.is_reminder]

    @property
    def refused_in_silence(self) -> list[Refusal]:
        """Handed over for all that the sender can know."""
        return [refusal for refusal in self.refused if not refusal.told]

    def of_wave(self, wave: dict[str, Any]) -> list[Message]:
        """Invitations received between this wave's start and the next one's."""
        return [message for message in self.invitations if self._is_in(wave, message.received_at)]

    def refused_in_silence_of_wave(self, wave: dict[str, Any]) -> list[Refusal]:
        silent = [refusal for refusal in self.refused_in_silence if not refusal.is_reminder]
        return [refusal for refusal in silent if self._is_in(wave, refusal.refused_at)]

    def _is_in(self, wave: dict[str, Any], moment: datetime) -> bool:
        starts = [datetime.fromisoformat(other["started_at"]) for other in self.waves]
        start = datetime.fromisoformat(wave["started_at"])
        end = min((later for later in starts if later > start), default=None)
        return moment >= start and (end is None or moment < end)


async def collect(sources: Sources) -> Observations:
    """Asks everybody."""
    async with aiohttp.ClientSession() as session:
        messages = await _lines(session, f"{sources.mailboxes}/messages")
        refusals = await _lines(session, f"{sources.mailboxes}/refusals")
        tally = await _lines(session, f"{sources.patients}/tally")
        headers = {"Authorization": f"Bearer {sources.key}"}
        names = [wave["wave"] for wave in await _json(session, f"{sources.console}/api/waves", headers)]
        waves = [await _json(session, f"{sources.console}/api/waves/{name}", headers) for name in names]
    return Observations(
        messages=[
            Message(line["messageUUID"], line["cpr"], line["label"], datetime.fromisoformat(line["received_at"]))
            for line in messages
        ],
        refused=_for_good(refusals, {line["messageUUID"] for line in messages}),
        tally=tally,
        expected=json.loads(sources.answers.read_text()),
        persons=_persons(sources.persons),
        waves=sorted(waves, key=lambda wave: wave["started_at"]),
    )


def _for_good(refusals: Sequence[dict[str, Any]], accepted: set[str]) -> list[Refusal]:
    """Each message once, however often it was refused."""
    latest = {line["messageUUID"]: line for line in refusals if line["messageUUID"] not in accepted}
    return [
        Refusal(uuid, line["cpr"], line["label"], datetime.fromisoformat(line["refused_at"]), line["told"])
        for uuid, line in latest.items()
    ]


def _persons(file: Path) -> dict[str, tuple[str, str]]:
    with file.open(newline="") as lines:
        return {row["cpr"]: (row["register_status"], row["digital_post_status"]) for row in csv.DictReader(lines)}


async def _lines(session: aiohttp.ClientSession, url: str) -> list[dict[str, Any]]:
    async with session.get(url) as answer:
        answer.raise_for_status()
        return [json.loads(line) async for line in answer.content if line.strip()]


async def _json(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> Any:
    async with session.get(url, headers=headers) as answer:
        answer.raise_for_status()
        return await answer.json()
