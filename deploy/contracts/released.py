"""What has been released, by git's history: a kind is released from the commit that brings its first sample.

Every version of its schema since then binds, and every sample since then is frozen. A kind whose samples a commit takes
away altogether is no longer released: the way to take a kind back as long as nobody reads it.
In a shallow clone the history is what was fetched; the last commit is always there. What is missing is said.
"""

import json
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

EVENTS = "contracts/events"
SAMPLES = "contracts/samples"

ELSEWHERE = "what breaks a released contract is not found here: verify again in a clone, with git installed"
SHALLOW = (
    "SHALLOW CLONE: only the commits that were fetched were compared with, what was released before them was not: "
    "run `git fetch --unshallow` and verify again"
)

Blobs = Mapping[str, str]
"""Path in the clone -> the git object that lies there."""

Tree = tuple[str, Blobs]
"""A commit, and what lay in it."""


@dataclass(frozen=True)
class ReleasedSchema:
    kind: str
    commit: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class Released:
    """All that binds."""

    schemas: Sequence[ReleasedSchema] = ()
    samples: Mapping[str, bytes] = field(default_factory=dict)
    """Path -> the bytes with which it was released."""
    commits: int = 0
    missing: str | None = None
    """What of the history is not there to be compared with, and what to do. None: nothing."""

    @property
    def kinds(self) -> set[str]:
        return {released.kind for released in self.schemas}


def read(clone: Path) -> Released:
    """What the clone's history has released. Without git, or outside of a repository: nothing."""
    repository = _Repository(clone)
    trees = [(commit, repository.tree(commit)) for commit in repository.commits()]
    bound = [(kind, *version) for kind in _kinds(trees) for version in _while_released(kind, trees)]
    schemas: dict[tuple[str, str], str] = {}
    samples: dict[str, str] = {}
    for kind, commit, tree in bound:
        if (path := f"{EVENTS}/{kind}.json") in tree:
            schemas[kind, tree[path]] = commit[:10]
        samples |= {path: tree[path] for path in _samples(kind, tree)}
    content = repository.contents({blob for _, blob in schemas} | set(samples.values()))
    return Released(
        [ReleasedSchema(kind, commit, json.loads(content[blob])) for (kind, blob), commit in schemas.items()],
        {path: content[blob] for path, blob in samples.items()},
        len(trees),
        repository.missing(),
    )


def _kinds(trees: Sequence[Tree]) -> list[str]:
    """Those that have a sample in the newest commit."""
    newest = trees[0][1] if trees else {}
    return sorted({path.split("/")[2] for path in newest if path.startswith(f"{SAMPLES}/")})


def _while_released(kind: str, trees: Sequence[Tree]) -> Sequence[Tree]:
    """From the newest commit back to the one that brought the kind's first sample."""
    start = next((n for n, (_, tree) in enumerate(trees) if not _samples(kind, tree)), len(trees))
    return trees[:start]


def _samples(kind: str, tree: Blobs) -> list[str]:
    return [path for path in tree if path.startswith(f"{SAMPLES}/{kind}/")]


class _Repository:
    def __init__(self, clone: Path) -> None:
        self._clone = clone

    def commits(self) -> list[str]:
        """Those that touched the contracts, newest first; empty where there is no git and no repository."""
        try:
            return self._git("log", "--first-parent", "--format=%H", "--", EVENTS, SAMPLES).decode().split()
        except (FileNotFoundError, subprocess.CalledProcessError):
            return []

    def missing(self) -> str | None:
        """In a clone without a commit nothing has been released yet, and nothing is missing."""
        try:
            shallow = self._git("rev-parse", "--is-shallow-repository").decode().strip() == "true"
        except FileNotFoundError:
            return f"NO GIT: nothing released was compared with: {ELSEWHERE}"
        except subprocess.CalledProcessError:
            return f"NO REPOSITORY at {self._clone}: nothing released was compared with: {ELSEWHERE}"
        return SHALLOW if shallow else None

    def tree(self, commit: str) -> Blobs:
        listed = self._git("ls-tree", "-r", "-z", commit, "--", EVENTS, SAMPLES).decode().split("\0")
        places = [line.split("\t", 1) for line in listed if line]
        return {path: described.split()[2] for described, path in places}

    def contents(self, blobs: Collection[str]) -> Mapping[str, bytes]:
        """What the objects hold. Each comes as a line `<name> blob <size>`, its bytes and a line's end."""
        asked = list(blobs)
        answer = BytesIO(self._git("cat-file", "--batch", given="\n".join(asked))) if asked else BytesIO()
        return {blob: self._next(answer) for blob in asked}

    def _next(self, answer: BytesIO) -> bytes:
        size = int(answer.readline().split()[2])
        return answer.read(size + 1)[:size]

    def _git(self, *arguments: str, given: str = "") -> bytes:
        command = ["git", "-c", "safe.directory=*", "-C", str(self._clone), *arguments]
        return subprocess.run(command, capture_output=True, check=True, input=given.encode()).stdout
