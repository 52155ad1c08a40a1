"""`make letters`: where the newest letters lead on this machine."""

import json
from pathlib import Path

import pytest

from deploy.sandbox import letters
from tests.sandbox.memos import REGISTERED
from tests.sandbox.stand_in import World

PAGES = "http://127.0.0.1:18009"


async def test_a_letter_is_shown_with_the_address_of_its_page_here_and_without_its_person(post: World) -> None:
    await post.hand_over(1)
    shown = list(letters.lines(await letters.newest({"digital_post": post.root}, 10), PAGES))
    assert shown == [f"2026-11-05 12:00  invitation  {PAGES}/s/0000-0000-0000-0000"]
    assert REGISTERED not in shown[0]


async def test_the_newest_letters_are_shown_the_newest_first(post: World) -> None:
    for number in (1, 2, 3):
        await post.hand_over(number)
    found = await letters.newest({"digital_post": post.root}, 2)
    assert [envelope.sequence for envelope, _ in found] == [3, 2]


def test_of_two_stacks_the_first_is_looked_at(tmp_path: Path) -> None:
    stacks = [tmp_path / "none.json", tmp_path / "one.json", tmp_path / "two.json"]
    for stack in stacks[1:]:
        stack.write_text(json.dumps({"urls": {"responses": stack.name}}))
    assert letters.stack_of(stacks)["urls"] == {"responses": "one.json"}


def test_without_a_stack_one_is_told_how_to_start_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert letters.main([str(tmp_path / "stack.json")]) == 1
    assert "start one by `make up` or `make demo`" in capsys.readouterr().err
