"""What has been released, by git's history: a kind is released from the commit that brings its first sample.

Every version of its schema since then binds, and every sample since then is frozen. A kind whose samples a commit takes
away altogether is no longer released: the way to take a kind back as long as nobody reads it.
In a shallow clone the history is what was fetched; the last commit is always there.
"""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EVENTS = "contracts/events"
SAMPLES = "contracts/samples"

Blobs = Mapping[str, str]
"""Path in the clone -> the git object that lies there."""


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

    @property
    def kinds(self) -> set[str]:
        return {released.kind for released in self.schemas}


def read(clone: Path) -> Released:
    """What the clone's history has released. Without git, or outside of a repository: nothing."""
    repository = _Repository(clone)
    commits = repository.commits()
    trees = [(commit, repository.tree(commit)) for commit in commits]
    schemas: dict[str, ReleasedSchema] = {}
    samples: dict[str, bytes] = {}
    for kind in _kinds(trees[0][1]) if trees else ():
        for commit, tree in _while_released(kind, trees):
            blob = tree.get(f"{EVENTS}/{kind}.json")
            if blob is not None and blob not in schemas:
                schemas[blob] = ReleasedSchema(kind, commit[:10], json.loads(repository.content(blob)))
            for path in _samples(kind, tree):
                samples[path] = repository.content(tree[path])
    return Released(list(schemas.values()), samples, len(commits))


def _kinds(tree: Blobs) -> list[str]:
    return sorted({path.split("/")[2] for path in tree if path.startswith(f"{SAMPLES}/")})


def _while_released(kind: str, trees: Sequence[tuple[str, Blobs]]) -> Sequence[tuple[str, Blobs]]:
    """From the newest commit back to the one that brought the kind's first sample."""
    start = next((n for n, (_, tree) in enumerate(trees) if not _samples(kind, tree)), len(trees))
    return trees[:start]


def _samples(kind: str, tree: Blobs) -> list[str]:
    return [path for path in tree if path.startswith(f"{SAMPLES}/{kind}/")]


class _Repository:
    def __init__(self, clone: Path) -> None:
        self._clone = clone
        self._contents: dict[str, bytes] = {}

    def commits(self) -> list[str]:
        """Those that touched the contracts, newest first; empty where there is no git and no repository."""
        try:
            return self._git("log", "--first-parent", "--format=%H", "--", EVENTS, SAMPLES).decode().split()
        except (FileNotFoundError, subprocess.CalledProcessError):
            return []

    def tree(self, commit: str) -> Blobs:
        listed = self._git("ls-tree", "-r", "-z", commit, "--", EVENTS, SAMPLES).decode().split("\0")
        places = [line.split("\t", 1) for line in listed if line]
        return {path: described.split()[2] for described, path in places}

    def content(self, blob: str) -> bytes:
        if blob not in self._contents:
            self._contents[blob] = self._git("cat-file", "blob", blob)
        return self._contents[blob]

    def _git(self, *arguments: str) -> bytes:
        command = ["git", "-c", "safe.directory=*", "-C", str(self._clone), *arguments]
        return subprocess.run(command, capture_output=True, check=True).stdout
