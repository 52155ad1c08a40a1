"""Reads `contracts/surveys`: each survey a folder, each concern a file, each mistake named by file and line."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from shared.surveys.definition import Survey
from shared.surveys.words import Definition

FOLDER = Path(__file__).parents[2] / "contracts" / "surveys"
FILES = ("survey.yaml", "letters.yaml", "questionnaire.yaml")
"""`survey.yaml` holds all but the letters and the questionnaire."""
ELSEWHERE = {"letters", "questionnaire", "fingerprint"}
"""What a survey has and `survey.yaml` does not give it."""


class BadDefinition(Exception):
    """A survey's definition that cannot be used. Says file, line, what was expected."""


class Surveys(Mapping[str, Survey]):
    """The surveys that are defined, by name."""

    def __init__(self, surveys: Mapping[str, Survey]) -> None:
        self._surveys = dict(surveys)

    def __getitem__(self, name: str) -> Survey:
        return self._surveys[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._surveys)

    def __len__(self) -> int:
        return len(self._surveys)


def load(folder: Path = FOLDER) -> Surveys:
    """All surveys below the folder. Raises BadDefinition, naming every mistake of the first survey that has one."""
    folders = sorted(path.parent for path in folder.glob("*/survey.yaml"))
    if not folders:
        raise BadDefinition(f"{folder}: expected a folder for each survey with a survey.yaml in it, found none")
    return Surveys({survey.name: _load_one(survey) for survey in folders})


def _load_one(folder: Path) -> Survey:
    trees = {name: _read(folder / name) for name in FILES}
    content: dict[str, Any] = dict(trees["survey.yaml"][0])
    content["letters"] = trees["letters.yaml"][0]
    content["questionnaire"] = trees["questionnaire.yaml"][0]
    content["fingerprint"] = _fingerprint(folder)
    try:
        survey = Survey.model_validate(content)
    except ValidationError as error:
        raise BadDefinition("\n".join(_mistakes(folder, trees, error))) from None
    if survey.name != folder.name:
        line = _line(trees["survey.yaml"][1], ["name"])
        raise BadDefinition(
            f"{folder / 'survey.yaml'}:{line}: name is {survey.name}, expected the folder's: {folder.name}"
        )
    return survey


def _read(path: Path) -> tuple[Any, yaml.Node | None]:
    text = _text(path)
    try:
        content, node = yaml.safe_load(text), yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise BadDefinition(f"{path}:{line}: expected YAML: {getattr(error, 'problem', error)}") from None
    if not isinstance(content, dict):
        raise BadDefinition(f"{path}:1: expected a mapping of names to values")
    if mistakes := [f"{path}:{line}: {name}: {why}" for line, name, why in _unheard(path, node)]:
        raise BadDefinition("\n".join(mistakes))
    return content, node


def _text(path: Path) -> str:
    if not path.is_file():
        raise BadDefinition(f"{path}: expected this file, it is missing")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadDefinition(f"{path}:{line}: expected UTF-8") from None


def _unheard(path: Path, root: yaml.Node | None) -> Iterator[tuple[int, str, str]]:
    """(line, name, why) of values that would be passed over in silence."""
    for key in _keys(root):
        if key.value in ELSEWHERE and path.name == "survey.yaml":
            yield key.start_mark.line + 1, key.value, "expected in a file of its own, or set by the loader"
    waiting = [root]
    while waiting:
        node = waiting.pop()
        seen: set[str] = set()
        for key in _keys(node):
            if key.value in seen:
                yield key.start_mark.line + 1, key.value, "expected once, stands again"
            seen.add(key.value)
        waiting += _inner(node)


def _keys(node: yaml.Node | None) -> list[yaml.Node]:
    return [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []


def _inner(node: yaml.Node | None) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _mistakes(
    folder: Path,
    trees: Mapping[str, tuple[Any, yaml.Node | None]],
    error: ValidationError,
) -> Iterator[str]:
    for mistake in error.errors(include_url=False):
        place = [str(step) for step in (*mistake["loc"], *mistake.get("ctx", {}).get("place", ()))]
        concern = f"{place[0]}.yaml" if place and f"{place[0]}.yaml" in trees else "survey.yaml"
        within = place[1:] if concern != "survey.yaml" else place
        line = _line(trees[concern][1], within)
        yield f"{folder / concern}:{line}: {'.'.join(within) or 'the whole'}: {mistake['msg']}{_instead(mistake)}"


def _instead(mistake: Any) -> str:
    """Of a name that is not known: those that are."""
    if mistake["type"] != "extra_forbidden":
        return ""
    names = [name for name in _definition_of(mistake["loc"][:-1]).model_fields if name not in ELSEWHERE]
    return f", expected one of: {', '.join(names)}"


def _definition_of(place: Sequence[str | int]) -> type[Definition]:
    """What stands at the place: positions in lists and names of scales lead no deeper."""
    found: type[Definition] = Survey
    for step in place:
        if step in found.model_fields:
            found = _definition_in(found.model_fields[str(step)].annotation) or found
    return found


def _definition_in(annotation: Any) -> type[Definition] | None:
    if isinstance(annotation, type) and issubclass(annotation, Definition):
        return annotation
    return next(filter(None, map(_definition_in, get_args(annotation))), None)


def _line(node: yaml.Node | None, place: list[str]) -> int:
    """The line of the deepest part of the place that stands in the file."""
    line = 1
    for step in place:
        child = _child(node, step)
        if child is None:
            break
        key, node = child
        line = key.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, step: str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        return node.value[int(step)], node.value[int(step)]
    return None


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()
