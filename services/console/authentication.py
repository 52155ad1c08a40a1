"""Logging in and staying so: a random token in the browser, its hash in the database, and a limit on tries."""

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass

import structlog
from prometheus_client import Counter

from services.console.passwords import Passwords
from services.console.store import operators, sessions
from shared.runtime import reading, transaction

log = structlog.get_logger()

REFUSED = Counter(
    "puls_log_ins_refused_total",
    "Log-ins at the console that were refused: for a wrong name or password, or after too many tries.",
    ["because"],
)

LONGEST_PASSWORD = 200


class TooManyAttempts(Exception):
    """From this address, for this name or altogether: within the last quarter of an hour."""


@dataclass(frozen=True)
class Session:
    operator: str
    token: str

    @property
    def form_token(self) -> str:
        """What every form of this session carries, and no other site can know."""
        return hmac.digest(self.token.encode(), b"forms", hashlib.sha256).hex()

    def issued(self, form_token: str) -> bool:
        return hmac.compare_digest(form_token.encode(), self.form_token.encode())


async def log_in(passwords: Passwords, name: str, password: str, address: str) -> Session | None:
    """None: name or password is wrong, and nobody learns which. Raises TooManyAttempts before it looks at the password.

    Tries are counted for an address, and for a name from that address; a new password forgives those for its name.
    Each that fails is logged. One too many is only counted: by it nobody fills the log.
    """
    name_hash, network = _hashed(name), _network(address)
    async with transaction() as tx:
        if not await sessions.count_attempt(tx, name_hash, network):
            REFUSED.labels("too_many_tries").inc()
            raise TooManyAttempts
        stored = await operators.password(tx, name)
    if not await passwords.verify(stored, password[:LONGEST_PASSWORD]):
        _log_refused(name if stored else None, network)
        return None
    session = Session(name, secrets.token_urlsafe(32))
    async with transaction() as tx:
        await sessions.begin(tx, _hashed(session.token), name, name_hash, network)
    return session


def _log_refused(operator: str | None, address: str) -> None:
    """A name is said only where there is an account of it: what else was typed may be a password."""
    REFUSED.labels("wrong_name_or_password").inc()
    log.warning("a log-in was refused", operator=operator, address=address)


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


def _network(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 subscriber has to themselves."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


def _hashed(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
