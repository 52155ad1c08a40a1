"""A town of synthetic patients: real pages before a real database, real mailboxes, and a clock that a test moves on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp

from deploy.sandbox.faults import Dice
from deploy.sandbox.patients import testimony
from deploy.sandbox.patients.crowd import Addresses, Crowd
from deploy.sandbox.patients.diary import Diary
from deploy.sandbox.patients.habits import Mood, habit_of
from deploy.sandbox.patients.mailbox import Mailbox
from services.dispatch.letter_pdf import LetterPrinter
from services.dispatch.memo import Action, File, Message, Sender, write
from shared.events import Invitation, InvitationClosed, ResponseReceived
from tests.sandbox.memos import uuid
from tests.sandbox.stand_in import NOON, World, running
from tests.service.responses.site import Site, site
from tests.support.builders import a_person, an_invitation, cleared, closing_due, danish, delivered
from tests.support.letters import ANSWER_URL, DANISH

PATIENCE = 60.0
PRINTER = LetterPrinter(ANSWER_URL)
LABELS = ("Hvordan var det? Fortæl os om din kontakt", "Påmindelse: Hvordan var det?", "Påmindelse: Hvordan var det?")
CLOSES_AT = danish("2026-12-10 12:00")
"""35 days after the letters."""


def cpr(number: int) -> str:
    """Of the person of this number, in the style of the national test numbers."""
    return f"{number % 28 + 1:02}{number // 28 % 12 + 1:02}{number // 336 % 50 + 40:02}99{number % 100:02}"


def seed_for(habit: str | None, also: Callable[[Mood], bool] = lambda _: True) -> str:
    """A seed by which the first person has this habit, and whatever else is asked."""
    for seed in map(str, range(20_000)):
        mood = Mood(Dice(seed), f"{cpr(1)}|0")
        found = habit_of(mood)
        if (found.name if found else None) == habit and also(mood):
            return seed
    raise LookupError(f"no seed makes the first person {habit}")


@dataclass
class Town:
    site: Site
    post: World
    crowd: Crowd
    diary: Diary
    invited: list[Invitation] = field(default_factory=list)

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Meanwhile people act."""
        living = asyncio.create_task(self.crowd.live())
        yield
        living.cancel()
        with suppress(asyncio.CancelledError):
            await living

    async def invite(self, *numbers: int) -> None:
        """These persons are cleared and have their letters, now."""
        invitations = [an_invitation(person=a_person(number)) for number in numbers]
        await self.site.consume(*(cleared(invitation) for invitation in invitations))
        await self.site.consume(*(delivered(invitation) for invitation in invitations))
        self.invited += invitations
        await self.post_letters(0, *numbers)

    async def post_letters(self, kind: int, *numbers: int) -> None:
        """The invitation (0), or a reminder (1, 2), to each of these persons."""
        for number in numbers:
            letter_uuid = uuid(10_000 * kind + number)
            await self.post.hand_over(10_000 * kind + number, self._letter(kind, number, letter_uuid))

    def _letter(self, kind: int, number: int, letter_uuid: str) -> bytes:
        code = self.site.code(an_invitation(person=a_person(number)))
        return write(
            Message(
                uuid=UUID(letter_uuid),
                recipient=cpr(number),
                sender=Sender("12345674", "Patientoplevelser i Danmark"),
                label=LABELS[kind],
                created_at=self.post.clock.now(),
                file=File("brev.pdf", "da", PRINTER.pdf((DANISH,), code)),
                action=Action("Svar her", PRINTER.link(code)),
            )
        )

    async def until(self, moment: datetime) -> None:
        """Time passes, from one moment at which somebody acts to the next, until this one."""
        while (due := await self.at_rest()) and due <= moment:
            self.post.clock.move_to(due)
        self.post.clock.move_to(moment)

    async def at_rest(self) -> datetime | None:
        """When somebody next acts, once nobody acts now."""
        async with asyncio.timeout(PATIENCE):
            while True:
                due = await self.crowd.due()
                if not self.crowd.under_way and (due is None or due > self.post.clock.now()):
                    return due
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        """The pages close, 35 days after the letters."""
        await self.until(CLOSES_AT)
        for part in range(0, len(self.invited), 100):
            facts = (closing_due(one, occurred_at=CLOSES_AT) for one in self.invited[part : part + 100])
            await self.site.consume(*facts)

    def testimony(self) -> list[dict[str, Any]]:
        return list(testimony.lines(self.diary.database))

    def only(self) -> dict[str, Any]:
        """What the one person who was invited testifies."""
        [line] = [line for line in self.testimony() if line["kind"] == "invitation"]
        return line

    async def closed(self) -> dict[str, str]:
        """person -> how their invitation was told to have ended."""
        told = await self.site.published()
        return {one.invitation.person: one.outcome for one in told if isinstance(one, InvitationClosed)}

    async def responses(self) -> Sequence[ResponseReceived]:
        return [one for one in await self.site.published() if isinstance(one, ResponseReceived)]


@asynccontextmanager
async def a_town(
    database: str, valkey: str, folder: Path, seed: str, people: int = 1, at_once: int = 8
) -> AsyncIterator[Town]:
    """Noon of 5 November 2026, a Thursday."""
    async with (
        site(database, valkey, folder, NOON) as pages,
        running(folder) as post,
        aiohttp.TCPConnector() as connections,
        aiohttp.ClientSession() as session,
    ):
        known = "".join(f"{cpr(number)},01,REGISTERED,false\n" for number in range(1, people + 1))
        post.persons.write_text(f"cpr,register_status,digital_post_status,nem_sms\n{known}")
        diary = Diary(folder / "patients")
        mailbox, addresses = Mailbox(session, post.root), Addresses(ANSWER_URL, pages.url)
        crowd = Crowd(diary, mailbox, addresses, Dice(seed), post.clock, connections, at_once)
        yield Town(pages, post, crowd, diary)
        diary.close()


def days_later(days: int) -> datetime:
    """Noon, so many days after the letters."""
    return NOON.astimezone(UTC) + timedelta(days=days)
