"""Lives through two months: `make demo`. Ends with status 0 only if everybody is accounted for."""

import argparse
import asyncio
import logging
import sys
import time
from pathlib import Path

from rich.console import Console

from deploy.demo import checks, observations, report
from deploy.demo.months import live_through, together
from deploy.demo.scenario import Options, Scenario, open_scenario, prepare, remove_earlier
from deploy.local.errors import CannotStart
from deploy.local.first_account import first_account
from deploy.local.snapshot import NeverAtRest
from deploy.local.stepper import Stepper
from deploy.local.supervisor import Supervisor

FOLDER = Path("var/demo")
GIVE_UP_AFTER = 8
"""Ends of one process in a row, after half a minute of pauses: it cannot live, if nobody kills it on purpose."""


def main() -> int:
    options, console = _options(), Console()
    logging.getLogger("aiokafka").disabled = True  # that Kafka is away is said in our own words
    try:
        remove_earlier(FOLDER)
        FOLDER.mkdir(parents=True, exist_ok=True)
        with open_scenario(FOLDER.absolute(), options) as scenario:
            return asyncio.run(_live(scenario, console))
    except (CannotStart, NeverAtRest) as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _options() -> Options:
    asked = argparse.ArgumentParser(prog="make demo", description=__doc__)
    asked.add_argument("--seed", default="1", help="the same seed gives the same months")
    asked.add_argument("--patients", type=int, default=5000, help="included a month, about")
    asked.add_argument("--faults", action="store_true", help="rough weather at Digital Post")
    asked.add_argument("--exit", action="store_true", help="end when the months are over")
    asked.add_argument("--kills", action="store_true", help="kill processes all the while")
    asked.add_argument("--copies", type=int, default=1, help="of each service")
    given = asked.parse_args()
    return Options(given.seed, given.patients, given.faults, given.exit, given.kills, given.copies)


async def _live(scenario: Scenario, console: Console) -> int:
    began = time.monotonic()
    with console.status("starting Kafka, PostgreSQL, Valkey, the sandbox and the services"):
        await prepare(scenario)
    up = time.monotonic()
    console.print(f"up after {up - began:.0f} seconds; November begins")
    give_up_after = None if scenario.options.kills else GIVE_UP_AFTER
    supervisor = Supervisor(scenario.stack, console.print, give_up_after)
    async with together() as group, scenario.stepper() as stepper:
        supervising = group.create_task(supervisor.run())
        await live_through(scenario, stepper, console)
        lived = time.monotonic()
        held = await _check(scenario, console)
        console.print(
            f"\nstarted in {up - began:.0f} s, lived in {lived - up:.0f} s, all in {time.monotonic() - began:.0f} s"
        )
        if not scenario.options.leave:
            await _stay(scenario, stepper, console)
        supervising.cancel()
    return 0 if held else 1


async def _check(scenario: Scenario, console: Console) -> bool:
    """Prints the whole account, and what others say of it. Whether all of it holds."""
    seen = await observations.collect(scenario.sources())
    console.print(report.account(seen.waves))
    results = checks.run_checks(seen)
    console.print(report.checks(results))
    console.print(report.verdict(results))
    return all(result.held for result in results)


async def _stay(scenario: Scenario, stepper: Stepper, console: Console) -> None:
    """Time goes on only while something is due, so that the months stay as they ended until somebody does something."""
    addresses = scenario.stack.addresses
    account = await asyncio.to_thread(first_account, scenario.stack)
    console.print(f"\nThe stack goes on until Ctrl-C. Console: {addresses.url('console')}\n{account}")
    console.print(f"Key and addresses: {scenario.stack.folder / 'stack.json'}")
    console.print(
        f"A delivery that you put into {scenario.stack.folder / 'drop'} is read: time goes on while it has work."
    )
    await stepper.run_forever(console.print)


if __name__ == "__main__":
    sys.exit(main())
