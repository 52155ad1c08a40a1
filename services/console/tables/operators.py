"""Operators' accounts as a terminal shows them."""

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType


def account(answer: Mapping[str, Any]) -> RenderableType:
    if answer["password"] is None:
        return "There is an account already; `puls operator NAME` makes another, or gives it a new password."
    return f"Name: {answer['name']}\nPassword: {answer['password']} (shown this once)"


def removed(answer: Mapping[str, Any]) -> RenderableType:
    return f"{answer['name']} can no longer log in."
