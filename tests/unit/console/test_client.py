"""How the command line finds its console."""

import json
from pathlib import Path

import pytest

from services.console.client import CommandFailed, ConsoleClient


def stack(folder: Path, name: str) -> Path:
    """A stack's file, whose console is of that name."""
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"urls": {"console": f"http://{name}"}, "keys": {"PULS_API_KEY": "key"}}))
    return file


def test_the_first_stack_that_is_there_is_asked(tmp_path: Path) -> None:
    stacks = [tmp_path / "none.json", stack(tmp_path, "demo"), stack(tmp_path, "other")]
    assert ConsoleClient.found({}, stacks).url == "http://demo"


def test_the_stack_that_is_named_is_asked_before_any_other(tmp_path: Path) -> None:
    named = {"PULS_STACK": str(stack(tmp_path, "named"))}
    assert ConsoleClient.found(named, [stack(tmp_path, "up")]).url == "http://named"


def test_a_named_stack_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"none\.json is not there"):
        ConsoleClient.found({"PULS_STACK": str(tmp_path / "none.json")}, [stack(tmp_path, "up")])


def test_without_a_stack_one_is_told_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="PULS_CONSOLE_URL and PULS_API_KEY"):
        ConsoleClient.found({}, [tmp_path / "none.json"])
