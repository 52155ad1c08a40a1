"""Passwords: made here at random, and kept as argon2id hashes."""

import asyncio
import secrets

from nacl import exceptions, pwhash

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another."""
GROUPS, GROUP = 4, 5
"""20 letters of 31: 99 bits."""


def generated() -> str:
    """`k7qmz-3xvda-…`"""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


class Passwords:
    """Hashes in a thread, one at a time: each takes 64 MiB and a good part of a second of a processor."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._dummy: str | None = None

    async def hashed(self, password: str) -> str:
        """With a salt of its own."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(_hashed, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Takes as long where there is no hash to fit: nobody learns which names there are."""
        if self._dummy is None:
            self._dummy = await self.hashed(generated())
        async with self._one_at_a_time:
            fits = await asyncio.to_thread(_fits, hashed or self._dummy, password)
        return fits and hashed is not None


def _hashed(password: str) -> str:
    return pwhash.argon2id.str(
        password.encode(), pwhash.argon2id.OPSLIMIT_INTERACTIVE, pwhash.argon2id.MEMLIMIT_INTERACTIVE
    ).decode()


def _fits(hashed: str, password: str) -> bool:
    try:
        return pwhash.verify(hashed.encode(), password.encode())
    except exceptions.InvalidkeyError:
        return False
