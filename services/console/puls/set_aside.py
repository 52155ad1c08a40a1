"""Commands about records that were set aside."""

import argparse
from typing import Any

from services.console.puls.call import AddCommand, ApiCall, given
from services.console.tables import set_aside

FILTER = ("service", "topic", "reason")


def add(command: AddCommand) -> None:
    browse = command("set-aside", _browse, "records that a service could not take")
    redrive = command("redrive", _redrive, "publish set-aside records again")
    redrive.add_argument("id", nargs="*", help="those of `puls set-aside`; none: all that were never published again")
    leave = command("leave", _leave, "put set-aside records aside as seen: they are kept, and need nobody any more")
    leave.add_argument("id", nargs="*", help="those of `puls set-aside`; none: all that wait")
    leave.add_argument("--because", required=True, metavar="WHY", help="for the trail, in a sentence")
    for subcommand in (browse, redrive, leave):
        for name in FILTER:
            subcommand.add_argument(f"--{name}")
    for subcommand in (browse, redrive):
        subcommand.add_argument("--at-most", type=int, default=500)


def _browse(arguments: argparse.Namespace) -> ApiCall:
    params = {"at_most": str(arguments.at_most), **given(arguments, *FILTER)}
    return ApiCall("GET", "/api/set-aside", set_aside.records, params)


def _redrive(arguments: argparse.Namespace) -> ApiCall:
    body = {**_chosen(arguments), "at_most": arguments.at_most}
    return ApiCall("POST", "/api/set-aside/redrive", set_aside.redriven, body=body)


def _leave(arguments: argparse.Namespace) -> ApiCall:
    body = {**_chosen(arguments), "because": arguments.because}
    return ApiCall("POST", "/api/set-aside/leave", set_aside.left, body=body)


def _chosen(arguments: argparse.Namespace) -> dict[str, Any]:
    return {"ids": arguments.id} if arguments.id else {"filter": given(arguments, *FILTER)}
