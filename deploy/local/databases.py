"""A database and a role for each service in one PostgreSQL, so that no service can read another's rows."""

import asyncpg

from deploy.local.postgres import finish


def name_of(service: str, prefix: str = "puls") -> str:
    return f"{prefix}_{service}"


def create(administrator_url: str, name: str, password: str) -> None:
    """The database `name`, owned by the role `name` and closed to all others; both are left as they are if there."""

    async def run() -> None:
        connection = await asyncpg.connect(administrator_url, timeout=10)
        try:
            await _create(connection, name, password)
        finally:
            await connection.close()

    finish(run())


async def _create(connection: asyncpg.Connection, name: str, password: str) -> None:
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", name):
        await connection.execute(f'CREATE ROLE "{name}" LOGIN')
    await connection.execute(f"ALTER ROLE \"{name}\" PASSWORD '{password}'")
    if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
        await connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
    await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
