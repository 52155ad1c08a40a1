"""Commands about who may log in to the console's pages."""

import argparse

from services.console.client import in_words_of
from services.console.domain.operators import account_name
from services.console.puls.call import AddCommand, ApiCall, quoted
from services.console.tables import operators


def add(command: AddCommand) -> None:
    command("first-account", _first_account, "make the account of the first operator, where there is none yet")
    operator = command("operator", _operator, "make an operator's account, or give them a new password")
    operator.add_argument("name")
    operator.add_argument("--remove", action="store_true", help="they can no longer log in")


def _first_account(_: argparse.Namespace) -> ApiCall:
    return ApiCall("POST", "/api/operators", operators.account)


def _operator(arguments: argparse.Namespace) -> ApiCall:
    path = f"/api/operators/{quoted(in_words_of(account_name, arguments.name))}"
    if arguments.remove:
        return ApiCall("DELETE", path, operators.removed)
    return ApiCall("PUT", path, operators.account)
