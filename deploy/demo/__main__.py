"""Lives through two months: `make demo`. Ends with status 0 only if everybody is accounted for."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.live import Live

from deploy.demo import proof, table, witnesses
from deploy.demo.funnel import Passing, picture
from deploy.demo.world import BEGINS, ENDS, Wishes, World, prepare, remove_earlier, world
from deploy.local.first_account import first_account
from deploy.local.going_on import go_on
from deploy.local.stepper import Stepper
from deploy.local.trouble import CannotStart

FOLDER = Path("var/demo")
LOOK_EVERY = 1.0
"""Seconds between looks at the funnel."""


def main() -> int:
    wishes, console = _wishes(), Console()
    try:
        remove_earlier(FOLDER)
        FOLDER.mkdir(parents=True, exist_ok=True)
        with world(FOLDER.absolute(), wishes) as there:
            return asyncio.run(_live(there, wishes, console))
    except CannotStart as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _wishes() -> Wishes:
    asked = argparse.ArgumentParser(prog="make demo", description=__doc__)
    asked.add_argument("--seed", default="1", help="the same seed gives the same months")
    asked.add_argument("--patients", type=int, default=5000, help="included a month, about")
    asked.add_argument("--faults", action="store_true", help="rough weather at Digital Post")
    asked.add_argument("--exit", action="store_true", help="end when the months are over")
    given = asked.parse_args()
    return Wishes(given.seed, given.patients, given.faults, given.exit)


async def _live(there: World, wishes: Wishes, console: Console) -> int:
    began = time.monotonic()
    with console.status("starting Kafka, PostgreSQL, Valkey, the sandbox and the services"):
        await prepare(there, wishes)
    up = time.monotonic()
    console.print(f"up after {up - began:.0f} seconds; November begins")
    async with there.stepper() as stepper:
        await _pass_time(there, stepper, console)
        lived = time.monotonic()
        held = await _prove(there, console)
        console.print(
            f"\nstarted in {up - began:.0f} s, lived in {lived - up:.0f} s, all in {time.monotonic() - began:.0f} s"
        )
        if not wishes.leave:
            await _stay(there, stepper, console)
    return 0 if held else 1


async def _pass_time(there: World, stepper: Stepper, console: Console) -> None:
    started = time.monotonic()
    with Live(console=console, auto_refresh=False, transient=not console.is_terminal) as live:
        async with asyncio.TaskGroup() as group:
            showing = group.create_task(_show(there, live, started))
            while await stepper.step():
                there.stack.check()
            showing.cancel()


async def _show(there: World, live: Live, started: float) -> None:
    address, key = there.stack.addresses.url("console"), there.stack.state.keys["PULS_API_KEY"]
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as session:
        while True:
            waves = await _waves(session, address)
            passing = Passing(BEGINS, ENDS, there.clock.now(), time.monotonic() - started)
            live.update(picture(passing, waves), refresh=True)
            await asyncio.sleep(LOOK_EVERY)


async def _waves(session: aiohttp.ClientSession, address: str) -> Sequence[dict[str, Any]]:
    async with session.get(f"{address}/api/waves") as answer:
        return await answer.json()


async def _prove(there: World, console: Console) -> bool:
    """Prints the whole account, and what others say of it. Whether all of it holds."""
    seen = await witnesses.hear(there.witnesses())
    console.print(table.account(seen.waves))
    checked = proof.check_all(seen)
    console.print(table.checks(checked))
    console.print(table.verdict(checked))
    return all(one.held for one in checked)


async def _stay(there: World, stepper: Stepper, console: Console) -> None:
    """Time goes on only while something is due, so that the months stay as they ended until somebody does something."""
    addresses = there.stack.addresses
    account = await asyncio.to_thread(first_account, there.stack)
    console.print(f"\nThe stack goes on until Ctrl-C. Console: {addresses.url('console')}\n{account}")
    console.print(f"Key and addresses: {there.stack.folder / 'stack.json'}")
    console.print(
        f"A delivery that you put into {there.stack.folder / 'drop'} is read: time goes on while it has work."
    )
    await go_on(stepper, console.print)


if __name__ == "__main__":
    sys.exit(main())
