"""Commands about stuck work: `puls stuck`, `puls stuck list`, `puls stuck retry`, `puls stuck leave`."""

import argparse
from typing import Any

from services.console.puls.call import AddCommand, ApiCall, given, quoted
from services.console.tables import stuck


def add(command: AddCommand) -> None:
    overall = command("stuck", _groups, "items of rounds and errands that could not be done, until somebody decides")
    for name in ("work", "reason"):
        overall.add_argument(f"--{name}")
    actions = overall.add_subparsers(metavar="ACTION")
    for name, call, text in (
        ("list", _list, "each item of one work"),
        ("retry", _retry, "have items tried again"),
        ("leave", _leave, "leave items as they are: they need nobody any more"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.set_defaults(call=call)
        action.add_argument("service")
        action.add_argument("--work", required=True, metavar="NAME", help="the round or errand")
        action.add_argument("--reason")
        action.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="the console's answer as it is"
        )
        if name == "list":
            action.add_argument("--after", metavar="KEY", help="the last one of the page before")
            continue
        key_help = "one of `puls stuck list`, as often as there are; none: all of the work and reason"
        action.add_argument("--key", action="append", metavar="KEY", help=key_help)
        if name == "leave":
            action.add_argument("--because", required=True, metavar="WHY", help="for the trail, in a sentence")


def _groups(arguments: argparse.Namespace) -> ApiCall:
    return ApiCall("GET", "/api/stuck", stuck.groups, given(arguments, "work", "reason"))


def _list(arguments: argparse.Namespace) -> ApiCall:
    params = given(arguments, "work", "reason", "after")
    return ApiCall("GET", f"/api/stuck/{quoted(arguments.service)}", stuck.items, params)


def _retry(arguments: argparse.Namespace) -> ApiCall:
    return ApiCall("POST", f"/api/stuck/{quoted(arguments.service)}/retry", stuck.retried, body=_chosen(arguments))


def _leave(arguments: argparse.Namespace) -> ApiCall:
    body = {**_chosen(arguments), "because": arguments.because}
    return ApiCall("POST", f"/api/stuck/{quoted(arguments.service)}/leave", stuck.left, body=body)


def _chosen(arguments: argparse.Namespace) -> dict[str, Any]:
    return {**given(arguments, "work", "reason"), "keys": arguments.key}
