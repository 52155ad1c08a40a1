"""Everybody who has letters: they look into their mailboxes, and sit down to answer when it is time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain, repeat
from typing import TypeVar

import aiohttp

from deploy.sandbox.faults import Dice
from deploy.sandbox.patients.browser import Away, Browser
from deploy.sandbox.patients.deeds import DEEDS, Visitor
from deploy.sandbox.patients.diary import Diary, Made, Visit
from deploy.sandbox.patients.habits import HOURS, Mood, habit_of, plan
from deploy.sandbox.patients.mailbox import Envelope, Mailbox
from shared.runtime.clock import DENMARK, Clock

T = TypeVar("T")

log = logging.getLogger("patients")

AT_A_TIME = 500
"""Visits that are taken from the diary together."""
STEPPED_PAUSE, REAL_PAUSE = 0.02, 5.0
"""Seconds of real time between looks at the clock."""
TRIES_AGAIN_AFTER = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds; the last one again and again."""


@dataclass(frozen=True)
class Addresses:
    """The letters name `answers`, which on this machine is to be found at `pages`."""

    answers: str
    pages: str

    def here(self, link: str) -> str:
        """Raises ValueError for a link that leads elsewhere."""
        if not link.startswith(f"{self.answers}/"):
            raise ValueError(f"the letter's link leads elsewhere than to {self.answers}")
        return self.pages + link.removeprefix(self.answers)


class Crowd:
    """Acts on its own; whoever asks for `due` is told of every letter that is in the mailboxes by then."""

    def __init__(
        self,
        diary: Diary,
        mailbox: Mailbox,
        addresses: Addresses,
        dice: Dice,
        clock: Clock,
        connections: aiohttp.BaseConnector,
        at_once: int,
    ) -> None:
        self._diary = diary
        self._mailbox = mailbox
        self._addresses = addresses
        self._dice = dice
        self._clock = clock
        self._connections = connections
        self._at_once = at_once
        self._looking = asyncio.Lock()
        self.under_way = 0
        """Visits that have begun and are not written down yet."""

    async def live(self) -> None:
        """Until cancelled."""
        pause = REAL_PAUSE if self._clock.kind == "real" else STEPPED_PAUSE
        while True:
            if self._is_time():
                await self._patiently(self.look)
                await self._sit_down()
            await asyncio.sleep(pause)

    async def look(self) -> None:
        """Into all mailboxes; what is new is noted, with what it will bring about. Raises Away."""
        async with self._looking:
            new = await self._mailbox.since(self._diary.latest())
            with self._diary:
                for envelope in new:
                    self._note(envelope)

    async def due(self) -> datetime | None:
        """When somebody next has something to do. Raises Away."""
        await self.look()
        return self._diary.next_due()

    def _is_time(self) -> bool:
        return self._clock.kind == "real" or self._clock.now().astimezone(DENMARK).hour in HOURS

    def _mood(self, cpr: str, turn: int) -> Mood:
        return Mood(self._dice, f"{cpr}|{turn}")

    def _note(self, envelope: Envelope) -> None:
        noted = self._diary.understood(envelope)
        mood = self._mood(envelope.cpr, noted.turn)
        habit = habit_of(mood)
        visits = plan(mood, noted.number, envelope.arrives)
        self._diary.note(replace(noted, habit=habit.name if habit else None), visits)

    async def _sit_down(self) -> None:
        """All visits that are due, so many at once; of each invitation one after the other."""
        while visits := self._diary.to_make(self._clock.now(), AT_A_TIME):
            waiting = iter(visits)
            self.under_way = len(visits)
            async with asyncio.TaskGroup() as people:
                for _ in range(self._at_once):
                    people.create_task(self._make_each(waiting))

    async def _make_each(self, visits: Iterator[Visit]) -> None:
        for visit in visits:
            made = await self._patiently(partial(self._make, visit))
            self._diary.made(visit, made)
            self.under_way -= 1

    async def _make(self, visit: Visit) -> Made:
        """From its beginning, in a browser that remembers nothing. Raises Away."""
        letter = await self._mailbox.letter(visit.letter)
        async with Browser(self._connections) as browser:
            visitor = Visitor(
                browser,
                self._addresses.pages,
                replace(letter, link=self._addresses.here(letter.link)),
                self._mood(visit.cpr, visit.turn),
                visit.cpr,
                visit.number,
                visit.kept,
            )
            page = await DEEDS[visit.deed](visitor)
            return Made(self._clock.now(), page.where, browser.pages, visitor.kept)

    async def _patiently(self, act: Callable[[], Awaitable[T]]) -> T:
        """Tries until nobody is away."""
        for pause in chain(TRIES_AGAIN_AFTER, repeat(TRIES_AGAIN_AFTER[-1])):
            try:
                return await act()
            except Away as away:
                log.warning("away (%s), trying again in %s s", away, pause)
                await asyncio.sleep(pause)
        raise AssertionError("the pauses never end")
