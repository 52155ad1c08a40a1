"""Checks when dispatch starts. With a wrong setting or text nothing is handed over, and operators see why.

Everything else goes on meanwhile: events are consumed, so that stops bind, and receipts are polled.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

import structlog

from services.dispatch.composer import Composer
from shared.runtime import Errand, Transaction

log = structlog.get_logger()


@dataclass
class StartupChecks:
    """The problems found when the process started. They last until it is started again."""

    problems: Sequence[str]
    _logged: bool = False

    def problem(self) -> str | None:
        """Why nothing may be handed over, in one line; the log has every problem. None: all is well."""
        if not self.problems:
            return None
        if not self._logged:
            self._logged = True
            for problem in self.problems:
                log.error("nothing is handed over", because=problem)
        first, *more = self.problems
        return f"{first} ({len(more)} more in the log)" if more else first

    def guard(self, errand: Errand) -> Errand:
        """The errand, which does nothing and says why while there is a problem."""

        async def due(tx: Transaction) -> datetime | None:
            moment = await errand.due(tx)
            return None if self.problem() else moment

        async def held(tx: Transaction) -> str | None:
            return self.problem() or (await errand.held(tx) if errand.held else None)

        return replace(errand, due=due, held=held)


def check(composer: Composer) -> StartupChecks:
    """Checks the address in the letters, and then every letter. With a wrong address every letter is wrong."""
    wrong_address = list(_of_answer_url(composer.answer_url))
    return StartupChecks(wrong_address or [f"{wrong}; {_MEND}" for wrong in composer.problems()])


_MEND = "mend it and start dispatch again"


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
