"""Leases and moments can be trusted only while the database's clock and this machine's agree."""

from datetime import UTC, datetime, timedelta

from shared.runtime.database import Transaction

AT_MOST = timedelta(minutes=1)


class ClocksApart(Exception):
    """The database's clock and this machine's differ too much for leases and moments to be trusted."""


DATABASE_TIME = "SELECT clock_timestamp()"


async def require_same_time(tx: Transaction) -> None:
    """Raises ClocksApart."""
    database = await tx.fetchval(DATABASE_TIME)
    apart = abs(database - datetime.now(UTC))
    if apart > AT_MOST:
        raise ClocksApart(f"the database's clock and this machine's are {apart} apart; at most {AT_MOST} will do")
