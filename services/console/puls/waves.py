"""Commands about waves and deliveries."""

import argparse
from collections.abc import Callable

from services.console.puls.call import AddCommand, ApiCall, quoted
from services.console.tables import deliveries, waves


def add(command: AddCommand) -> None:
    command("waves", _waves, "every wave, and where its patients stand")
    wave = command("wave", _wave, "one wave, with everybody in it accounted for")
    wave.add_argument("wave", help="for instance lup-somatik-2026-10")
    wave.add_argument("--by", choices=["region", "unit"], help="each region's or unit's share too")
    start = command("start", _start, "start a wave now instead of by its survey's schedule")
    start.add_argument("survey")
    start.add_argument("month", help="of the contacts: 2026-10")
    command("pause", request("pause"), "hold a wave's letters until it is resumed").add_argument("wave")
    command("stop", request("stop"), "end a wave's unsent letters for good").add_argument("wave")
    command("deliveries", _deliveries, "every register extract: what was read of it, or why it was not taken")
    leave = command("leave-delivery", _leave_delivery, "put a delivery that was not taken aside as seen")
    leave.add_argument("manifest")


def request(action: str) -> Callable[[argparse.Namespace], ApiCall]:
    return lambda arguments: ApiCall("POST", f"/api/waves/{quoted(arguments.wave)}/{action}", waves.requested)


def _waves(_: argparse.Namespace) -> ApiCall:
    return ApiCall("GET", "/api/waves", waves.waves)


def _wave(arguments: argparse.Namespace) -> ApiCall:
    params = {"by": arguments.by} if arguments.by else None
    return ApiCall("GET", f"/api/waves/{quoted(arguments.wave)}", waves.wave, params)


def _start(arguments: argparse.Namespace) -> ApiCall:
    body = {"survey": arguments.survey, "month": arguments.month}
    return ApiCall("POST", "/api/waves", waves.requested, body=body)


def _deliveries(_: argparse.Namespace) -> ApiCall:
    return ApiCall("GET", "/api/deliveries", deliveries.deliveries)


def _leave_delivery(arguments: argparse.Namespace) -> ApiCall:
    return ApiCall("POST", "/api/deliveries/leave", deliveries.left, body={"manifest": arguments.manifest})
