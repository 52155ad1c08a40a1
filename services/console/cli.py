"""`puls`: what operators ask of a running Puls, from the command line. A client of the console's API."""

import argparse
import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console as Terminal
from rich.console import RenderableType

from services.console import tables
from services.console.client import CommandFailed, ConsoleClient, in_words_of
from services.console.domain.operators import account_name

VAR = Path(__file__).parents[2] / "var"
STACKS = (VAR / "stack.json", VAR / "demo" / "stack" / "stack.json")
"""Written by `make up` and by `make demo`, for whoever started them."""
WAVE = re.compile(r".+-[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True)
class ApiCall:
    """One question to the console, and how its answer is shown."""

    method: str
    path: str
    show: Callable[[Any], RenderableType]
    params: dict[str, str] | None = None
    body: Any = None


def main(argv: Sequence[str] | None = None) -> int:
    """0, or 1 and one sentence on standard error."""
    arguments = _parser().parse_args(argv)
    try:
        asyncio.run(_run(arguments))
    except CommandFailed as reason:
        print(reason, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 1
    return 0


async def _run(arguments: argparse.Namespace) -> None:
    console = ConsoleClient.found(os.environ, STACKS)
    call: ApiCall = arguments.call(arguments)
    answer = await console.ask(call.method, call.path, params=call.params, body=call.body)
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        Terminal(highlight=False).print(call.show(answer))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="puls", description="What operators ask of a running Puls.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="the console's answer as it is")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, call: Callable[[argparse.Namespace], ApiCall], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[common], help=text, description=text)
        added.set_defaults(call=call)
        return added

    command("waves", _waves, "every wave, and where its patients stand")
    wave = command("wave", _wave, "one wave, with everybody in it accounted for")
    wave.add_argument("wave", help="for instance lup-somatik-2026-10")
    wave.add_argument("--by", choices=["region", "unit"], help="each region's or unit's share too")
    command("deliveries", _deliveries, "every register extract: what was read of it, or why it was not taken")
    leave = command("leave-delivery", _leave_delivery, "put a delivery that was not taken aside as seen")
    leave.add_argument("manifest")
    _wave_requests(command)
    command("queues", _queues, "how much waits before each service, and for how long")
    _set_aside(command)
    _operators(command)
    return parser


def _wave_requests(command: Callable[..., argparse.ArgumentParser]) -> None:
    start = command("start", _start, "start a wave now instead of by its survey's schedule")
    start.add_argument("survey")
    start.add_argument("month", help="of the contacts: 2026-10")
    command("pause", _request("pause"), "hold a wave's letters until it is resumed").add_argument("wave")
    command("stop", _request("stop"), "end a wave's unsent letters for good").add_argument("wave")
    resume = command("resume", _resume, "let a paused wave, or a service that stopped itself, go on")
    resume.add_argument("name", metavar="WAVE|SERVICE")
    resume.add_argument(
        "--set-aside", type=int, default=0, metavar="N", help="so many failures are no reason for the service to stop"
    )


def _set_aside(command: Callable[..., argparse.ArgumentParser]) -> None:
    browse = command("set-aside", _browse, "records that a service could not take")
    redrive = command("redrive", _redrive, "publish set-aside records again")
    redrive.add_argument("id", nargs="*", help="those of `puls set-aside`; none: all that were never published again")
    leave = command("leave", _leave, "put set-aside records aside as seen: they are kept, and need nobody any more")
    leave.add_argument("id", nargs="*", help="those of `puls set-aside`; none: all that wait")
    leave.add_argument("--because", required=True, metavar="WHY", help="for the trail, in a sentence")
    for subcommand in (browse, redrive, leave):
        for name in ("service", "topic", "reason"):
            subcommand.add_argument(f"--{name}")
    for subcommand in (browse, redrive):
        subcommand.add_argument("--at-most", type=int, default=500)


def _operators(command: Callable[..., argparse.ArgumentParser]) -> None:
    command("first-account", _first_account, "make the account of the first operator, where there is none yet")
    operator = command("operator", _operator, "make an operator's account, or give them a new password")
    operator.add_argument("name")
    operator.add_argument("--remove", action="store_true", help="they can no longer log in")


def _waves(_: argparse.Namespace) -> ApiCall:
    return ApiCall("GET", "/api/waves", tables.waves)


def _wave(arguments: argparse.Namespace) -> ApiCall:
    params = {"by": arguments.by} if arguments.by else None
    return ApiCall("GET", f"/api/waves/{_quoted(arguments.wave)}", tables.wave, params)


def _deliveries(_: argparse.Namespace) -> ApiCall:
    return ApiCall("GET", "/api/deliveries", tables.deliveries)


def _leave_delivery(arguments: argparse.Namespace) -> ApiCall:
    return ApiCall("POST", "/api/deliveries/leave", tables.left, body={"manifest": arguments.manifest})


def _queues(_: argparse.Namespace) -> ApiCall:
    return ApiCall("GET", "/api/queues", tables.queues)


def _start(arguments: argparse.Namespace) -> ApiCall:
    return ApiCall("POST", "/api/waves", tables.requested, body={"survey": arguments.survey, "month": arguments.month})


def _request(action: str) -> Callable[[argparse.Namespace], ApiCall]:
    return lambda arguments: ApiCall("POST", f"/api/waves/{_quoted(arguments.wave)}/{action}", tables.requested)


def _resume(arguments: argparse.Namespace) -> ApiCall:
    name = _quoted(arguments.name)
    if WAVE.fullmatch(arguments.name):
        return ApiCall("POST", f"/api/waves/{name}/resume", tables.requested)
    params = {"set_aside": str(arguments.set_aside)}
    return ApiCall("POST", f"/api/services/{name}/resume", tables.resumed, params)


def _browse(arguments: argparse.Namespace) -> ApiCall:
    params = {"at_most": str(arguments.at_most), **_filter(arguments)}
    return ApiCall("GET", "/api/set-aside", tables.set_aside, params)


def _redrive(arguments: argparse.Namespace) -> ApiCall:
    body = {**_chosen(arguments), "at_most": arguments.at_most}
    return ApiCall("POST", "/api/set-aside/redrive", tables.redriven, body=body)


def _leave(arguments: argparse.Namespace) -> ApiCall:
    body = {**_chosen(arguments), "because": arguments.because}
    return ApiCall("POST", "/api/set-aside/leave", tables.left_records, body=body)


def _first_account(_: argparse.Namespace) -> ApiCall:
    return ApiCall("POST", "/api/operators", tables.account)


def _operator(arguments: argparse.Namespace) -> ApiCall:
    method = "DELETE" if arguments.remove else "PUT"
    return ApiCall(
        method,
        f"/api/operators/{_quoted(in_words_of(account_name, arguments.name))}",
        tables.removed if arguments.remove else tables.account,
    )


def _filter(arguments: argparse.Namespace) -> dict[str, str]:
    given = {name: getattr(arguments, name) for name in ("service", "topic", "reason")}
    return {name: value for name, value in given.items() if value is not None}


def _chosen(arguments: argparse.Namespace) -> dict[str, Any]:
    return {"ids": arguments.id} if arguments.id else {"filter": _filter(arguments)}


def _quoted(name: str) -> str:
    return quote(name, safe="")


if __name__ == "__main__":
    sys.exit(main())
