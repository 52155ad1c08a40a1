"""Logging in and staying so: a random token in the browser, its hash in the database, and a limit on tries."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from services.console.passwords import Passwords
from services.console.store import operators, sessions
from shared.runtime import reading, transaction

LONGEST_PASSWORD = 200


class TooManyTries(Exception):
    """For this name, or from this address: within the last quarter of an hour."""


@dataclass(frozen=True)
class Session:
    operator: str
    token: str

    @property
    def form_token(self) -> str:
        """What every form of this session carries, and no other site can know."""
        return hmac.digest(self.token.encode(), b"forms", hashlib.sha256).hex()

    def wrote(self, form_token: str) -> bool:
        return hmac.compare_digest(form_token.encode(), self.form_token.encode())


async def log_in(passwords: Passwords, name: str, password: str, address: str) -> Session | None:
    """None: name or password is wrong, and nobody learns which. Raises TooManyTries before it looks at the password."""
    name_hash = _hashed(name)
    async with transaction() as tx:
        if not await sessions.may_try(tx, name_hash, address):
            raise TooManyTries
        kept = await operators.password(tx, name)
    if not await passwords.fits(kept, password[:LONGEST_PASSWORD]):
        return None
    begun = Session(name, secrets.token_urlsafe(32))
    async with transaction() as tx:
        await sessions.begin(tx, _hashed(begun.token), name, name_hash, address)
    return begun


async def session_of(token: str) -> Session | None:
    """None: there is none of that token, or its time is out."""
    async with reading() as tx:
        found = await sessions.find(tx, _hashed(token))
    if found is None:
        return None
    if found["is_stale"]:
        async with transaction() as tx:
            await sessions.seen(tx, _hashed(token))
    return Session(found["operator"], token)


async def log_out(session: Session) -> None:
    async with transaction() as tx:
        await sessions.end(tx, _hashed(session.token))


def _hashed(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
