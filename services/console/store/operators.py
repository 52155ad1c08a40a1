"""Who may log in."""

from shared.runtime import Transaction

PASSWORD = "SELECT password FROM operator WHERE name = $1"


async def password(tx: Transaction, name: str) -> str | None:
    """The hash; None for a name that nobody has."""
    return await tx.fetchval(PASSWORD, name)


ADD_FIRST = """
INSERT INTO operator (name, password) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM operator)
ON CONFLICT DO NOTHING
RETURNING name
"""


async def add_first(tx: Transaction, name: str, password: str) -> bool:
    """Whether it was the first; nothing is changed if it was not."""
    return await tx.fetchval(ADD_FIRST, name, password) is not None


PUT = """
WITH
    ended AS (DELETE FROM session WHERE operator = $1),
    forgiven AS (DELETE FROM log_in_attempt WHERE name_hash = sha256(convert_to($1, 'UTF8')))
INSERT INTO operator (name, password) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET password = excluded.password
"""


async def put(tx: Transaction, name: str, password: str) -> None:
    """The operator is there with this password, logged in nowhere, and free of whatever was tried in vain."""
    await tx.execute(PUT, name, password)


REMOVE = "DELETE FROM operator WHERE name = $1 RETURNING name"


async def remove(tx: Transaction, name: str) -> bool:
    """Whether there was one. Logged in nowhere from here on."""
    return await tx.fetchval(REMOVE, name) is not None
