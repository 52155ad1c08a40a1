"""The frozen samples: every meaning of every kind, readable for ever."""

import json
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from deploy.contracts import samples
from deploy.contracts.samples import Sample
from shared.events.topics import EVENT_OF
from tests.support.builders import cleared, closed
from tests.support.meanings import FOLDER, MEANINGS

FROZEN = samples.read(FOLDER)


@pytest.mark.parametrize("sample", FROZEN, ids=lambda sample: f"{sample.kind}/{sample.meaning}")
def test_a_frozen_sample_is_read_and_written_again_without_loss(sample: Sample) -> None:
    assert list(samples.mistakes(sample)) == []


def test_every_meaning_is_frozen() -> None:
    assert sorted(MEANINGS) == sorted(f"{sample.kind}/{sample.meaning}" for sample in FROZEN)


@pytest.mark.parametrize("kind", EVENT_OF)
def test_every_word_a_kind_can_say_stands_in_one_of_its_samples(kind: str) -> None:
    said = {pair for sample in FROZEN if sample.kind == kind for pair in _said(sample.event)}
    assert set(_sayable(EVENT_OF[kind])) - said == set()


def _sayable(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """(field, word) of the kind's own fields; parts that travel along are said elsewhere."""
    for name, field in model.model_fields.items():
        if typing.get_origin(field.annotation) is Literal:
            yield from ((name, word) for word in typing.get_args(field.annotation))


def _said(event: BaseModel) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in event if isinstance(value, str))


def frozen(folder: Path, **changes: Any) -> Sample:
    """A sample of a closing, changed after it was frozen."""
    path = samples.write(folder, "complete", closed())
    assert path is not None
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return samples.read(folder)[0]


def mistake(sample: Sample) -> str:
    return "\n".join(samples.mistakes(sample))


def test_a_sample_that_is_there_is_never_written_again(tmp_path: Path) -> None:
    samples.write(tmp_path, "cleared", cleared())
    assert samples.write(tmp_path, "cleared", cleared(age=1)) is None


def test_a_sample_of_a_kind_without_a_class_is_named(tmp_path: Path) -> None:
    frozen(tmp_path)
    (tmp_path / "InvitationClosed.v1").rename(tmp_path / "InvitationEnded.v1")
    sample = samples.read(tmp_path)[0]
    assert "expected" in mistake(sample)


def test_a_sample_whose_id_would_be_another_is_named(tmp_path: Path) -> None:
    sample = frozen(tmp_path, id="00000000-0000-0000-0000-000000000000")
    assert "taken for another fact" in mistake(sample)


def test_a_sample_whose_key_would_be_another_is_named(tmp_path: Path) -> None:
    assert "its key was karens" in mistake(frozen(tmp_path, key="karens"))


def test_a_sample_with_a_value_that_is_not_written_again_is_named(tmp_path: Path) -> None:
    value = json.loads(closed().to_json()) | {"told_and_forgotten": 1}
    assert "told_and_forgotten: was told, and is no longer written" in mistake(frozen(tmp_path, value=value))


def test_a_sample_that_cannot_be_read_is_named_with_the_field(tmp_path: Path) -> None:
    value = json.loads(closed().to_json()) | {"outcome": "lost"}
    assert "outcome: Input should be" in mistake(frozen(tmp_path, value=value))
