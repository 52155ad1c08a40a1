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
from services.console.client import Console, NotDone, in_words_of
from services.console.domain.operators import account_name

VAR = Path(__file__).parents[2] / "var"
STACKS = (VAR / "stack.json", VAR / "demo" / "stack" / "stack.json")
"""Written by `make up` and by `make demo`, for whoever started them."""
WAVE = re.compile(r".+-[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True)
class Call:
    """One question to the console, and how its answer is shown."""

    method: str
    path: str
    shown: Callable[[Any], RenderableType]
    params: dict[str, str] | None = None
    body: Any = None


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 1 and one sentence on standard error."""
    wanted = _arguments().parse_args(arguments)
    try:
        asyncio.run(_run(wanted))
    except NotDone as reason:
        print(reason, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 1
    return 0


async def _run(wanted: argparse.Namespace) -> None:
    console = Console.found(os.environ, STACKS)
    call: Call = wanted.call(wanted)
    answer = await console.ask(call.method, call.path, params=call.params, body=call.body)
    if wanted.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        Terminal(highlight=False).print(call.shown(answer))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="puls", description="What operators ask of a running Puls.")
    form = argparse.ArgumentParser(add_help=False)
    form.add_argument("--json", action="store_true", help="the console's answer as it is")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, call: Callable[[argparse.Namespace], Call], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[form], help=text, description=text)
        made.set_defaults(call=call)
        return made

    command("waves", _waves, "every wave, and where its patients stand")
    one = command("wave", _wave, "one wave, with everybody in it accounted for")
    one.add_argument("wave", help="for instance lup-somatik-2026-10")
    one.add_argument("--by", choices=["region", "unit"], help="each region's or unit's share too")
    command("deliveries", _deliveries, "every register extract: what was read of it, or why it was not taken")
    leave = command("leave-delivery", _leave_delivery, "put a delivery that was not taken aside as seen")
    leave.add_argument("manifest")
    _requests(command)
    command("queues", _queues, "how much waits before each service, and for how long")
    _set_aside(command)
    _operators(command)
    return parser


def _requests(command: Callable[..., argparse.ArgumentParser]) -> None:
    start = command("start", _start, "start a wave now instead of by its survey's schedule")
    start.add_argument("survey")
    start.add_argument("month", help="of the contacts: 2026-10")
    command("pause", _ask("pause"), "hold a wave's letters until it is resumed").add_argument("wave")
    command("stop", _ask("stop"), "end a wave's unsent letters for good").add_argument("wave")
    resume = command("resume", _resume, "let a paused or held wave, or a service that stopped itself, go on")
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
    for made in (browse, redrive, leave):
        for name in ("service", "topic", "reason"):
            made.add_argument(f"--{name}")
    for made in (browse, redrive):
        made.add_argument("--at-most", type=int, default=500)


def _operators(command: Callable[..., argparse.ArgumentParser]) -> None:
    command("first-account", _first_account, "make the account of the first operator, where there is none yet")
    operator = command("operator", _operator, "make an operator's account, or give them a new password")
    operator.add_argument("name")
    operator.add_argument("--remove", action="store_true", help="they can no longer log in")


def _waves(_: argparse.Namespace) -> Call:
    return Call("GET", "/api/waves", tables.waves)


def _wave(wanted: argparse.Namespace) -> Call:
    params = {"by": wanted.by} if wanted.by else None
    return Call("GET", f"/api/waves/{_named(wanted.wave)}", tables.wave, params)


def _deliveries(_: argparse.Namespace) -> Call:
    return Call("GET", "/api/deliveries", tables.deliveries)


def _leave_delivery(wanted: argparse.Namespace) -> Call:
    return Call("POST", "/api/deliveries/leave", tables.left, body={"manifest": wanted.manifest})


def _queues(_: argparse.Namespace) -> Call:
    return Call("GET", "/api/queues", tables.queues)


def _start(wanted: argparse.Namespace) -> Call:
    return Call("POST", "/api/waves", tables.wish, body={"survey": wanted.survey, "month": wanted.month})


def _ask(asked: str) -> Callable[[argparse.Namespace], Call]:
    return lambda wanted: Call("POST", f"/api/waves/{_named(wanted.wave)}/{asked}", tables.wish)


def _resume(wanted: argparse.Namespace) -> Call:
    name = _named(wanted.name)
    if WAVE.fullmatch(wanted.name):
        return Call("POST", f"/api/waves/{name}/resume", tables.wish)
    params = {"set_aside": str(wanted.set_aside)}
    return Call("POST", f"/api/services/{name}/resume", tables.resumed, params)


def _browse(wanted: argparse.Namespace) -> Call:
    params = {"at_most": str(wanted.at_most), **_alike(wanted)}
    return Call("GET", "/api/set-aside", tables.set_aside, params)


def _redrive(wanted: argparse.Namespace) -> Call:
    body = {**_chosen(wanted), "at_most": wanted.at_most}
    return Call("POST", "/api/set-aside/redrive", tables.redriven, body=body)


def _leave(wanted: argparse.Namespace) -> Call:
    body = {**_chosen(wanted), "because": wanted.because}
    return Call("POST", "/api/set-aside/leave", tables.left_records, body=body)


def _first_account(_: argparse.Namespace) -> Call:
    return Call("POST", "/api/operators", tables.account)


def _operator(wanted: argparse.Namespace) -> Call:
    method = "DELETE" if wanted.remove else "PUT"
    return Call(
        method,
        f"/api/operators/{_named(in_words_of(account_name, wanted.name))}",
        tables.removed if wanted.remove else tables.account,
    )


def _alike(wanted: argparse.Namespace) -> dict[str, str]:
    given = {name: getattr(wanted, name) for name in ("service", "topic", "reason")}
    return {name: value for name, value in given.items() if value is not None}


def _chosen(wanted: argparse.Namespace) -> dict[str, Any]:
    return {"ids": wanted.id} if wanted.id else {"filter": _alike(wanted)}


def _named(name: str) -> str:
    return quote(name, safe="")


if __name__ == "__main__":
    sys.exit(main())
