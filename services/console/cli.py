"""`puls`: what operators ask of a running Puls, from the command line. A client of the console's API."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console as Terminal

from services.console.client import CommandFailed, ConsoleClient
from services.console.puls import operators, services, set_aside, stuck, waves
from services.console.puls.call import ApiCall

VAR = Path(__file__).parents[2] / "var"
STACKS = (VAR / "stack.json", VAR / "demo" / "stack" / "stack.json")
"""Written by `make up` and by `make demo`, for whoever started them."""


def main(argv: Sequence[str] | None = None) -> int:
    """0; or 1 and one sentence on standard error; or 1 where the answer is that not all is well."""
    arguments = _parser().parse_args(argv)
    try:
        is_well = asyncio.run(_run(arguments))
    except CommandFailed as reason:
        print(reason, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 1
    return 0 if is_well else 1


async def _run(arguments: argparse.Namespace) -> bool:
    """Whether the answer is a good one."""
    console = ConsoleClient.found(os.environ, STACKS)
    call: ApiCall = arguments.call(arguments)
    answer = await console.ask(call.method, call.path, params=call.params, body=call.body)
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        Terminal(highlight=False).print(call.show(answer))
    return call.is_well(answer)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="puls", description="What operators ask of a running Puls.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="the console's answer as it is")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, call: Callable[[argparse.Namespace], ApiCall], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[common], help=text, description=text)
        added.set_defaults(call=call)
        return added

    for module in (services, waves, set_aside, stuck, operators):
        module.add(command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
