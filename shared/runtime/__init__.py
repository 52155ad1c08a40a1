"""What every process stands on: consumer, outbox, relay, rounds, clock, health. Services need no other names."""

from shared.runtime.copies import copy_id
from shared.runtime.database import Transaction
from shared.runtime.pages import now, publish, reading, transaction
from shared.runtime.rounds import Brake, Errand, Round
from shared.runtime.serving import serve
from shared.runtime.settings import Settings
from shared.runtime.stuck_work import Stuck

__all__ = [
    "Brake",
    "Errand",
    "Round",
    "Settings",
    "Stuck",
    "Transaction",
    "copy_id",
    "now",
    "publish",
    "reading",
    "serve",
    "transaction",
]
