"""Shows where the newest letters lead, on this machine: `make letters`.

Their links name a made-up host, since a letter must be the same whatever the ports of a stack are.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from json import loads
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from deploy.sandbox.patients.browser import Away
from deploy.sandbox.patients.mailbox import Envelope, Letter, Mailbox
from shared.runtime.clock import DENMARK

STACKS = (Path("var/stack.json"), Path("var/demo/stack/stack.json"))
"""Where a stack is written down while `make up` has one up, and where the demo's is."""
NOT_THERE = "No stack answers {where}: start one by `make up` or `make demo`, or name its stack.json."


class NoStack(Exception):
    """The text is one sentence that says what to do."""


async def newest(urls: Mapping[str, str], many: int) -> Sequence[tuple[Envelope, Letter]]:
    """The letters that were taken last, the newest first. Raises NoStack."""
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            mailbox = Mailbox(session, urls["digital_post"])
            taken = (await mailbox.since(0))[-many:]
            return [(one, await mailbox.letter(one.uuid)) for one in reversed(taken)]
    except Away as away:
        raise NoStack(NOT_THERE.format(where=f"at {urls['digital_post']}")) from away


def lines(letters: Sequence[tuple[Envelope, Letter]], pages: str) -> Iterator[str]:
    """When each is in its mailbox (Danish time), its kind, and the address of its page here."""
    for envelope, letter in letters:
        kind = "reminder" if envelope.is_reminder else "invitation"
        when = envelope.arrives.astimezone(DENMARK)
        yield f"{when:%Y-%m-%d %H:%M}  {kind:<10}  {pages.rstrip('/')}{urlsplit(letter.link).path}"


def stack_of(stacks: Sequence[Path]) -> Mapping[str, Any]:
    """What is written down of the first of these stacks that is there. Raises NoStack."""
    for stack in stacks:
        if stack.exists():
            return loads(stack.read_text(encoding="utf-8"))
    raise NoStack(NOT_THERE.format(where=f"in {' or '.join(map(str, stacks))}"))


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 1 and one sentence on standard error."""
    asked = argparse.ArgumentParser(prog="make letters", description=__doc__)
    asked.add_argument("stack", nargs="*", type=Path, default=STACKS, help="the stack's stack.json")
    asked.add_argument("--many", type=int, default=10, help="how many letters")
    given = asked.parse_args(arguments)
    try:
        urls = stack_of(given.stack)["urls"]
        letters = asyncio.run(newest(urls, given.many))
    except NoStack as reason:
        print(reason, file=sys.stderr)
        return 1
    print("\n".join(lines(letters, urls["responses"])) or "No letter has left yet.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
