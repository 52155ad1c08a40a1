"""`make verify` and `make contracts`, on clones with a history of their own."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.contracts import verifying
from deploy.contracts.__main__ import print_report
from shared.events.topics import EVENT_OF
from tests.support.meanings import freeze

CLONE = Path(__file__).parents[2]
SCHEMA = "contracts/events/InvitationClosed.v1.json"
SAMPLE = "contracts/samples/InvitationClosed.v1/complete.json"


def git(clone: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", clone, *who, *arguments], check=True, capture_output=True)


def commit(clone: Path) -> None:
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "-m", "Something was done")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What the contracts are made from, and the contracts, outside of any repository."""
    clone = tmp_path / "clone"
    clone.mkdir()
    shutil.copy(CLONE / "pyproject.toml", clone)
    for module in CLONE.glob("services/**/*.py"):
        (clone / module.relative_to(CLONE)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(module, clone / module.relative_to(CLONE))
    verifying.write(clone)
    freeze(clone / "contracts" / "samples")
    return clone


@pytest.fixture
def clone(tree: Path) -> Path:
    """The same, committed."""
    git(tree, "init", "-q")
    commit(tree)
    return tree


def change(path: Path, how: Callable[[Any], None]) -> None:
    content = json.loads(path.read_text())
    how(content)
    path.write_text(json.dumps(content, indent=2) + "\n")


def was_released_with_another_outcome(clone: Path) -> None:
    """As if the class had lost an outcome after the release."""
    change(clone / SCHEMA, lambda schema: schema["properties"]["outcome"]["enum"].append("lost"))
    commit(clone)


def said(report: verifying.Report) -> str:
    return "\n".join(report.mistakes)


def test_nothing_is_wrong_with_this_clone() -> None:
    assert said(verifying.verify(CLONE)) == ""


def test_a_fresh_run_makes_what_is_there(clone: Path) -> None:
    assert verifying.write(clone).looked_at == []


def test_how_much_was_looked_at_is_told(clone: Path) -> None:
    assert verifying.verify(clone).looked_at[2] == (
        f"{len(EVENT_OF)} released schemas of {len(EVENT_OF)} kinds, in 1 commits, still bind"
    )


def test_a_generated_file_edited_by_hand_is_named(clone: Path) -> None:
    (clone / "contracts/topics.md").write_text("Edited.")
    assert said(verifying.verify(clone)).startswith("contracts/topics.md: is not what a fresh run makes")


def test_a_schema_that_no_event_makes_is_named(clone: Path) -> None:
    shutil.copy(clone / SCHEMA, clone / "contracts/events/InvitationLost.v1.json")
    assert "InvitationLost.v1.json: no event makes it" in said(verifying.verify(clone))


def test_a_kind_without_a_sample_is_named(tree: Path) -> None:
    shutil.rmtree((tree / SAMPLE).parent)
    assert "contracts/samples/InvitationClosed.v1: expected a sample" in said(verifying.verify(tree))


def test_a_released_sample_that_was_changed_is_named(clone: Path) -> None:
    change(clone / SAMPLE, lambda sample: sample["value"].update(occurred_at="2026-12-24T12:00:00Z"))
    commit(clone)
    assert f"{SAMPLE}: was changed" in said(verifying.verify(clone))


def test_a_released_sample_that_is_gone_is_named(clone: Path) -> None:
    (clone / SAMPLE).unlink()
    commit(clone)
    assert f"{SAMPLE}: is gone" in said(verifying.verify(clone))


def test_a_class_that_broke_its_released_schema_is_named(clone: Path) -> None:
    was_released_with_another_outcome(clone)
    assert "InvitationClosed.v1.outcome: narrowed" in said(verifying.verify(clone))


def test_a_break_is_still_found_when_it_was_committed(clone: Path) -> None:
    was_released_with_another_outcome(clone)
    git(clone, "revert", "--no-edit", "HEAD")
    assert "InvitationClosed.v1.outcome: narrowed" in said(verifying.verify(clone))


def test_a_break_is_not_written(clone: Path) -> None:
    was_released_with_another_outcome(clone)
    before = (clone / SCHEMA).read_text()
    verifying.write(clone)
    assert (clone / SCHEMA).read_text() == before


def test_a_break_of_what_was_never_released_is_none(tree: Path) -> None:
    shutil.rmtree(tree / "contracts/samples")
    git(tree, "init", "-q")
    was_released_with_another_outcome(tree)
    verifying.write(tree)
    freeze(tree / "contracts" / "samples")
    commit(tree)
    assert said(verifying.verify(tree)) == ""


def test_a_kind_is_taken_back_by_a_commit_without_its_samples(clone: Path) -> None:
    was_released_with_another_outcome(clone)
    shutil.rmtree((clone / SAMPLE).parent)
    commit(clone)
    verifying.write(clone)
    freeze(clone / "contracts" / "samples")
    commit(clone)
    assert said(verifying.verify(clone)) == ""


def test_a_released_kind_that_lost_its_class_is_named(clone: Path) -> None:
    for kind in ("contracts/samples/InvitationLost.v1", "contracts/events"):
        (clone / kind).mkdir(exist_ok=True)
    shutil.copy(clone / SAMPLE, clone / "contracts/samples/InvitationLost.v1")
    shutil.copy(clone / SCHEMA, clone / "contracts/events/InvitationLost.v1.json")
    commit(clone)
    assert "InvitationLost.v1: is released and has no class any more" in said(verifying.verify(clone))


def test_in_a_shallow_clone_the_last_commit_still_binds(clone: Path, tmp_path: Path) -> None:
    was_released_with_another_outcome(clone)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{clone}", "shallow")
    assert "InvitationClosed.v1.outcome: narrowed" in said(verifying.verify(tmp_path / "shallow"))


def test_a_shallow_clone_is_said_in_one_line_and_does_not_fail(
    clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{clone}", "shallow")
    assert print_report(verifying.verify(tmp_path / "shallow")) == 0
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("SHALLOW CLONE: ")
    assert "`git fetch --unshallow`" in line


def test_a_whole_clone_has_nothing_missing(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert print_report(verifying.verify(clone)) == 0
    assert capsys.readouterr().err == ""


def test_outside_of_a_repository_the_rest_is_verified(tree: Path) -> None:
    assert said(verifying.verify(tree)) == ""


def test_outside_of_a_repository_it_is_said_that_nothing_released_was_compared_with(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_report(verifying.verify(tree)) == 0
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"NO REPOSITORY at {tree}: nothing released was compared with")


def test_without_git_it_is_said_that_nothing_released_was_compared_with(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert (verifying.verify(clone).missing or "").startswith("NO GIT: nothing released was compared with")
