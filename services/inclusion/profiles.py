"""Loads the import profiles in `contracts/profiles`: one file each, each mistake named with its file."""

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import ValidationError

from services.inclusion.domain.profile import Profile

FOLDER = Path(__file__).parents[2] / "contracts" / "profiles"


class BadProfile(Exception):
    """An import profile that cannot be used. Says file, place, what was expected."""


def load(folder: Path = FOLDER) -> Mapping[str, Profile]:
    """All profiles in the folder, by name. Raises BadProfile."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise BadProfile(f"{folder}: expected a file <profile>.yaml for each import profile, found none")
    return {file.stem: _load(file) for file in files}


def _load(file: Path) -> Profile:
    try:
        profile = Profile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise BadProfile(f"{file}: expected YAML: {error}") from None
    except ValidationError as error:
        mistakes = (f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}" for one in error.errors())
        raise BadProfile("\n".join(f"{file}: {mistake}" for mistake in mistakes)) from None
    if profile.name != file.stem:
        raise BadProfile(f"{file}: name is {profile.name}, expected the file's: {file.stem}")
    return profile
