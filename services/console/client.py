"""The console as its command line sees it: where it is, and what it answers."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp

from services.console.domain.operators import asker
from services.console.domain.problem import Problem

TIMEOUT = aiohttp.ClientTimeout(total=60)


class CommandFailed(Exception):
    """What was asked is not done. The text is one sentence that says why, and what to do."""


@dataclass(frozen=True)
class ConsoleClient:
    url: str
    key: str
    operator: str | None
    """Who is asking, for the audit trail."""

    @classmethod
    def found(cls, environment: Mapping[str, str], stacks: Sequence[Path]) -> Self:
        """By PULS_CONSOLE_URL and PULS_API_KEY; what of them is not set comes from the file of a local stack.

        That is PULS_STACK, else the first of `stacks` that is there. Who asks is PULS_OPERATOR, else USER.
        """
        named = environment.get("PULS_STACK")
        stack = Path(named) if named else next((file for file in stacks if file.exists()), None)
        local: dict[str, Any] = _written_in(stack) if stack else {}
        url = environment.get("PULS_CONSOLE_URL") or local.get("urls", {}).get("console")
        key = environment.get("PULS_API_KEY") or local.get("keys", {}).get("PULS_API_KEY")
        if not url or not key:
            raise CommandFailed(
                "No console is known: start one by `make up`, or set PULS_CONSOLE_URL and PULS_API_KEY."
            )
        return cls(url.rstrip("/"), key, _operator(environment))

    async def ask(self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """What the console answers. Raises CommandFailed."""
        headers = {"Authorization": f"Bearer {self.key}"}
        if self.operator:
            headers["Puls-Operator"] = self.operator
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as session,
                session.request(method, f"{self.url}{path}", params=params, json=body) as response,
            ):
                answer = await response.json(content_type=None)
                status = response.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise CommandFailed(
                f"No console answers at {self.url} ({type(error).__name__}): "
                "start it by `make up`, or set PULS_CONSOLE_URL."
            ) from error
        if status >= 400:
            raise CommandFailed(_sentence(answer, status))
        return answer


def _written_in(stack: Path) -> dict[str, Any]:
    try:
        return json.loads(stack.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CommandFailed(f"{stack} is not there: PULS_STACK is to name the stack.json of a stack.") from error
    except PermissionError as error:
        raise CommandFailed(f"{stack} belongs to whoever started the stack: become that user.") from error


def _sentence(answer: Any, status: int) -> str:
    if not isinstance(answer, dict) or "what_to_do" not in answer:
        return f"The console answered with status {status}: is it a console of this version?"
    return _in_one_sentence(answer["detail"], answer["expected"], answer["what_to_do"])


def _in_one_sentence(what: str, expected: str, what_to_do: str) -> str:
    return f"{what[:1].upper()}{what[1:]}; expected {expected}: {what_to_do}."


def _operator(environment: Mapping[str, str]) -> str | None:
    """None where neither is set: the trail then says somebody. Raises CommandFailed."""
    typed = environment.get("PULS_OPERATOR", "").strip() or environment.get("USER", "").strip()
    return in_words_of(asker, typed) if typed else None


def in_words_of(judge: Callable[[str], str], typed: str) -> str:
    """What the judge makes of it. Raises CommandFailed for its Problem."""
    try:
        return judge(typed)
    except Problem as problem:
        raise CommandFailed(_in_one_sentence(problem.what, problem.expected, problem.what_to_do)) from problem
