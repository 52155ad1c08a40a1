"""A database and a role for each service in one PostgreSQL, so that no service can read another's rows."""

from collections.abc import Sequence

import asyncpg

from deploy.local.blocking import run_blocking


def name_of(service: str, prefix: str = "puls") -> str:
    return f"{prefix}_{service}"


def execute(url: str, *statements: str) -> None:
    """Runs statements one by one, each committed by itself."""
    run_blocking(_execute(url, statements))


async def _execute(url: str, statements: Sequence[str]) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def create(administrator_url: str, name: str, password: str) -> None:
    """The database `name` is there, owned by the role `name` and closed to all others; what was there is kept."""
    run_blocking(_create(administrator_url, name, password))


async def _create(administrator_url: str, name: str, password: str) -> None:
    connection = await asyncpg.connect(administrator_url, timeout=10)
    try:
        if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", name):
            await connection.execute(f'CREATE ROLE "{name}" LOGIN')
        await connection.execute(f"ALTER ROLE \"{name}\" PASSWORD '{password}'")
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
        await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    finally:
        await connection.close()
