"""What must hold of contracts/ in every commit, each thing with how much of it was looked at."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.contracts import generated, released, samples
from deploy.contracts.compatibility import breaks
from deploy.contracts.released import EVENTS, SAMPLES, Released, ReleasedSchema

ANOTHER_VERSION = (
    "contracts/README.md says what may change; for all else write a class beside it, <Name>V2 with kind_version = 2"
)


@dataclass(frozen=True)
class Report:
    looked_at: Sequence[str]
    mistakes: Sequence[str]
    missing: str | None = None
    """What could not be looked at, and what to do. No mistake of whoever verifies."""


def verify(clone: Path) -> Report:
    """Generated files fresh, samples readable and untouched, nothing broken that was released."""
    made, bound, frozen = generated.files(clone), released.read(clone), samples.read(clone / SAMPLES)
    mistakes = [
        *_stale(clone, made),
        *(mistake for sample in frozen for mistake in samples.mistakes(sample)),
        *_without_sample(made, frozen),
        *_touched(clone, bound),
        *_broken(made, bound),
    ]
    looked_at = [
        f"{len(made)} files are made from shared/events and the services' wiring",
        f"{len(frozen)} samples of {len({sample.kind for sample in frozen})} kinds are read and written again",
        f"{len(bound.schemas)} released schemas of {len(bound.kinds)} kinds, in {bound.commits} commits, still bind",
    ]
    return Report(looked_at, mistakes, bound.missing)


def write(clone: Path) -> Report:
    """Makes the generated files anew, unless that would break what was released."""
    made = generated.files(clone)
    bound = released.read(clone)
    mistakes = list(_broken(made, bound))
    if mistakes:
        return Report((), mistakes, bound.missing)
    changed = [path for path, text in made.items() if _is_there(clone / path) != text]
    for path in changed:
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_text(made[path], encoding="utf-8")
    gone = _nobodys(clone, made)
    for path in gone:
        (clone / path).unlink()
    return Report([f"wrote {path}" for path in changed] + [f"removed {path}" for path in gone], (), bound.missing)


def _is_there(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _nobodys(clone: Path, made: Mapping[str, str]) -> list[str]:
    there = (path.relative_to(clone).as_posix() for path in sorted((clone / EVENTS).glob("*.json")))
    return [path for path in there if path not in made]


def _stale(clone: Path, made: Mapping[str, str]) -> Iterator[str]:
    for path, text in made.items():
        if _is_there(clone / path) != text:
            yield f"{path}: is not what a fresh run makes: run `make contracts` and look at the difference"
    for path in _nobodys(clone, made):
        yield f"{path}: no event makes it: run `make contracts`"


def _without_sample(made: Mapping[str, str], frozen: Sequence[samples.Sample]) -> Iterator[str]:
    kinds = [Path(path).stem for path in made if path.startswith(f"{EVENTS}/")]
    for kind in sorted(set(kinds) - {sample.kind for sample in frozen}):
        yield f"{SAMPLES}/{kind}: expected a sample for each meaning: add it to tests/support/meanings.py and freeze it"


def _touched(clone: Path, bound: Released) -> Iterator[str]:
    for path, content in sorted(bound.samples.items()):
        now = (clone / path).read_bytes() if (clone / path).exists() else None
        if now != content:
            yield f"{path}: {'is gone' if now is None else 'was changed'}: a released sample stays as it is, for ever"


def _broken(made: Mapping[str, str], bound: Released) -> Iterator[str]:
    """Each once, however many released versions it breaks."""
    said = {mistake for version in bound.schemas for mistake in _against(version, made)}
    yield from sorted(said)


def _against(version: ReleasedSchema, made: Mapping[str, str]) -> Iterator[str]:
    text = made.get(f"{EVENTS}/{version.kind}.json")
    if text is None:
        yield f"{version.kind}: is released and has no class any more: its records are read for ever"
    else:
        yield from (f"{broken}. {ANOTHER_VERSION}" for broken in breaks(version.schema, json.loads(text)))
