"""Checks when dispatch starts. With a wrong setting or text nothing is handed over, and operators see why.

Everything else goes on meanwhile: events are consumed, so that stops bind, and receipts are polled.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

import structlog

from services.dispatch.composer import Composer
from services.dispatch.store import letters
from shared.privacy import Opener
from shared.runtime import Errand, Transaction

log = structlog.get_logger()


@dataclass
class StartupChecks:
    """The problems found when the process started. They last until it is started again."""

    opener: Opener
    problems: list[str]
    _is_complete: bool = False

    async def problem(self, tx: Transaction) -> str | None:
        """Why nothing may be handed over, in one line; the log has every problem. None: all is well."""
        if not self._is_complete:
            await self._complete(tx)
        if not self.problems:
            return None
        first, *more = self.problems
        return f"{first} ({len(more)} more in the log)" if more else first

    async def _complete(self, tx: Transaction) -> None:
        """Adds what only the database can tell, once."""
        self.problems += _of_sealing_keys(await letters.sealing_keys(tx), self.opener.keys)
        self._is_complete = True
        for problem in self.problems:
            log.error("nothing is handed over", because=problem)

    def guard(self, errand: Errand) -> Errand:
        """The errand, which does nothing and says why while there is a problem."""

        async def due(tx: Transaction) -> datetime | None:
            moment = await errand.due(tx)
            return None if await self.problem(tx) else moment

        async def held(tx: Transaction) -> str | None:
            return await self.problem(tx) or (await errand.held(tx) if errand.held else None)

        return replace(errand, due=due, held=held)


def check(composer: Composer, opener: Opener) -> StartupChecks:
    """Checks the address in the letters, and then every letter. With a wrong address every letter is wrong."""
    wrong_address = list(_of_answer_url(composer.answer_url))
    return StartupChecks(opener, wrong_address or [f"{wrong}; {_MEND}" for wrong in composer.problems()])


_MEND = "mend it and start dispatch again"


def _of_sealing_keys(sealed_for: Collection[str], held: Collection[str]) -> Iterator[str]:
    """If none of the waiting letters can be opened. A few for a lost key must not hold up all others."""
    if sealed_for and not set(sealed_for) & set(held):
        yield (
            f"PULS_SEALING_PRIVATE_KEY is the key {', '.join(held)}: expected {', '.join(sealed_for)}, for which the "
            "waiting letters are sealed (keys that were in use before belong into PULS_SEALING_EARLIER_PRIVATE_KEYS); "
            f"{_MEND}"
        )


def _of_answer_url(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        is_right = bool(parts.scheme == "https" and parts.hostname and not parts.username)
        is_bare = not parts.query and not parts.fragment
    except ValueError:
        is_right = is_bare = False
    if not is_right or not is_bare:
        yield (
            f"PULS_ANSWER_URL is {url!r}: expected https://, a host and perhaps a path, as in "
            f"https://svar.example.dk, for Digital Post takes no other link; {_MEND}"
        )
