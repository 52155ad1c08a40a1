"""Who may log in to the pages. Passwords are made here, shown once, and kept as hashes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from services.console import passwords
from services.console.api.dependencies import Caller, CurrentContext
from services.console.domain.operators import account_name
from services.console.domain.problem import Problem
from services.console.store import audit, operators
from shared.runtime import now, transaction

router = APIRouter(prefix="/api/operators", tags=["operators"])
FIRST = "admin"


def _name(name: Annotated[str, Path(description="For instance `anna`.")]) -> str:
    return account_name(name)


Name = Annotated[str, Depends(_name)]


class Account(BaseModel):
    name: str
    password: str | None = Field(description="Told this once. None: there is an account, and nothing was made.")


@router.post("")
async def first(context: CurrentContext, by: Caller) -> Account:
    """Makes the first account; where there is any, nothing is changed and no password is told."""
    password = passwords.generated()
    hashed = await context.passwords.hashed(password)
    async with transaction() as tx:
        is_first = await operators.add_first(tx, FIRST, hashed)
        if is_first:
            await audit.add(tx, by, now(), "account", FIRST)
    return Account(name=FIRST, password=password if is_first else None)


@router.put("/{name}")
async def put(name: Name, context: CurrentContext, by: Caller) -> Account:
    """Makes the operator, or gives one that is there a new password; they are logged in nowhere then."""
    password = passwords.generated()
    hashed = await context.passwords.hashed(password)
    async with transaction() as tx:
        await operators.put(tx, name, hashed)
        await audit.add(tx, by, now(), "account", name)
    return Account(name=name, password=password)


@router.delete("/{name}")
async def remove(name: Name, by: Caller) -> Account:
    """The operator can no longer log in, and is logged in nowhere."""
    async with transaction() as tx:
        if not await operators.remove(tx, name):
            raise Problem(
                404,
                f"there is no operator called {name}",
                expected="the name of one",
                what_to_do="look at its spelling",
            )
        await audit.add(tx, by, now(), "remove", name)
    return Account(name=name, password=None)
