"""What every process stands on: intake, outbox, relay, rounds, clock, health. Nine names; services need no other."""

from shared.runtime.database import Transaction
from shared.runtime.pages import now, publish, reading, transaction
from shared.runtime.rounds import Errand, Round
from shared.runtime.serving import serve
from shared.runtime.settings import Settings

__all__ = ["Errand", "Round", "Settings", "Transaction", "now", "publish", "reading", "serve", "transaction"]
