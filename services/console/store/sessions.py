"""Who is logged in, and who tried in vain. By real time, whatever a stepped clock says: people stand at the doors."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.runtime import Transaction

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
COUNTED = timedelta(minutes=15)
MOST_FOR_ONE_NAME = 10
MOST_BY_ADDRESS = 30
"""Tries from one address within the time, for one name and altogether. Assumptions."""

ONE_AFTER_ANOTHER = "SELECT pg_advisory_xact_lock(hashtext('log in'))"
FORGET = "DELETE FROM log_in_attempt WHERE tried_at < clock_timestamp() - $1::interval"
TRY = """
INSERT INTO log_in_attempt (name_hash, address)
SELECT $1, $2
WHERE
    (SELECT count(*) FROM log_in_attempt WHERE name_hash = $1 AND address = $2) < $3
    AND (SELECT count(*) FROM log_in_attempt WHERE address = $2) < $4
RETURNING id
"""


async def count_attempt(tx: Transaction, name_hash: bytes, address: str) -> bool:
    """Counts a try beforehand, so that many at once are counted too. False: there were too many, it was not counted.

    Nothing is limited by the name alone: else whoever knows a name could keep its operator out from anywhere. Many
    addresses may so try one name for ever; passwords are drawn (99 bits), and none is found in that way.
    """
    await tx.execute(ONE_AFTER_ANOTHER)
    await tx.execute(FORGET, COUNTED)
    return await tx.fetchval(TRY, name_hash, address, MOST_FOR_ONE_NAME, MOST_BY_ADDRESS) is not None


SUCCEEDED = "DELETE FROM log_in_attempt WHERE name_hash = $1 AND address = $2"
ENDED = """
DELETE FROM session
WHERE seen_at < clock_timestamp() - $1::interval OR begun_at < clock_timestamp() - $2::interval
"""
BEGIN = "INSERT INTO session (token_hash, operator) VALUES ($1, $2)"


async def begin(tx: Transaction, token_hash: bytes, operator: str, name_hash: bytes, address: str) -> None:
    """The operator is logged in; what was tried in vain from there is forgiven, and old sessions are cleared away."""
    await tx.execute(SUCCEEDED, name_hash, address)
    await tx.execute(ENDED, IDLE, LONGEST)
    await tx.execute(BEGIN, token_hash, operator)


FIND = """
SELECT operator, seen_at < clock_timestamp() - interval '1 minute' AS is_stale
FROM session
WHERE
    token_hash = $1
    AND seen_at > clock_timestamp() - $2::interval
    AND begun_at > clock_timestamp() - $3::interval
"""


async def find(tx: Transaction, token_hash: bytes) -> Mapping[str, Any] | None:
    """The operator, and whether it is a while since they were seen. None: no session, or its time is out."""
    row = await tx.fetchrow(FIND, token_hash, IDLE, LONGEST)
    return dict(row) if row else None


SEEN = "UPDATE session SET seen_at = clock_timestamp() WHERE token_hash = $1"


async def seen(tx: Transaction, token_hash: bytes) -> None:
    await tx.execute(SEEN, token_hash)


END = "DELETE FROM session WHERE token_hash = $1"


async def end(tx: Transaction, token_hash: bytes) -> None:
    await tx.execute(END, token_hash)
