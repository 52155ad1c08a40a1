"""Commands about the services: whether all is well, what waits before them, and the word to go on."""

import argparse
import re
from functools import partial

from services.console.puls import waves
from services.console.puls.call import AddCommand, ApiCall, quoted
from services.console.tables import services

WAVE = re.compile(r".+-[0-9]{4}-[0-9]{2}")


def add(command: AddCommand) -> None:
    command("status", _status, "whether all is well, or what needs a person; exit status 0 when all is well, else 1")
    queues = command("queues", _queues, "what is in trouble or behind at each service, and what is due and when")
    queues.add_argument("--all", action="store_true", help="where nothing waits, too")
    resume = command("resume", _resume, "let a paused or held wave, or a service or work that stopped itself, go on")
    resume.add_argument("wave", metavar="WAVE|SERVICE")
    resume.add_argument("--work", metavar="NAME", help="the one work of the service that has halted")
    resume.add_argument(
        "--set-aside", type=int, default=0, metavar="N", help="so many failures are no reason to stop again"
    )


def _status(_: argparse.Namespace) -> ApiCall:
    return ApiCall("GET", "/api/status", services.status, is_well=lambda answer: answer["well"])


def _queues(arguments: argparse.Namespace) -> ApiCall:
    return ApiCall("GET", "/api/queues", partial(services.queues, everything=arguments.all))


def _resume(arguments: argparse.Namespace) -> ApiCall:
    if WAVE.fullmatch(arguments.wave):
        return waves.request("resume")(arguments)
    params = {"set_aside": str(arguments.set_aside), **({"work": arguments.work} if arguments.work else {})}
    return ApiCall("POST", f"/api/services/{quoted(arguments.wave)}/resume", services.resumed, params)
