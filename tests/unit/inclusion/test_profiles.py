"""Import profiles: which there are, and what is wrong with one that cannot be used."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.inclusion import profiles
from services.inclusion.domain.profile import Profile, missing, name_columns, repeated
from services.inclusion.profiles import FOLDER, BadProfile

LPR_A = yaml.safe_load((FOLDER / "lpr_a.yaml").read_text())
OTHER_GENERATION: dict[str, Any] = {
    **LPR_A,
    "name": "other",
    "columns": {
        "contact": "DW_EK_KONTAKT",
        "cpr": "CPR",
        "started": "dato_start",
        "started_time": "tidspunkt_start",
        "ended": "dato_slut",
        "ended_time": "tidspunkt_slut",
        "contact_type": "kontakttype",
        "unit": "SORENHED_ANS",
    },
}


def test_the_projects_own_profiles_can_be_used() -> None:
    assert {name: one.kind for name, one in profiles.load().items()} == {
        "lpr_a": "contacts",
        "participation": "participation",
        "sor": "units",
    }


def test_a_generation_with_other_headers_and_days_apart_from_hours_is_another_profile() -> None:
    profile = Profile.model_validate(OTHER_GENERATION)
    header = ["TIDSPUNKT_START", "Dato_Start", "cpr"]
    assert name_columns(profile, header) == ["started_time", "started", "cpr"]


def test_columns_are_found_in_any_letter_case_and_others_are_not_read() -> None:
    assert name_columns(Profile.model_validate(LPR_A), ["PNR", "andet", " Kont_Type "]) == [
        "cpr",
        "unread 1",
        "contact_type",
    ]


def test_headers_that_are_missing_or_repeated_are_named() -> None:
    profile = Profile.model_validate(LPR_A)
    header = [*(name.upper() for name in LPR_A["columns"].values() if name != "adiag"), "pnr"]
    assert (missing(profile, header), repeated(profile, header)) == (["adiag"], ["pnr"])


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"encoding": "klingon"}, "encoding: Value error, there is no encoding named klingon"),
        ({"separator": ";;"}, "separator: String should have at most 1 character"),
        (
            {"columns": {"contact": "a"}},
            "the whole: Value error, columns: contact_type, cpr, ended",
        ),
        ({"columns": {**LPR_A["columns"], "shoe": "b"}}, "the whole: Value error, columns: there is no use for shoe"),
        ({"times": []}, "the whole: Value error, contacts need times, codes and inpatient_from_hours"),
        ({"dates": []}, "dates: Tuple should have at least 1 item"),
        ({"name": "lpr_b"}, "name is lpr_b, expected the file's: lpr_a"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, changes: dict[str, Any], mistake: str) -> None:
    file = tmp_path / "lpr_a.yaml"
    file.write_text(yaml.safe_dump({**LPR_A, **changes}))
    with pytest.raises(BadProfile) as raised:
        profiles.load(tmp_path)
    assert str(raised.value).startswith(f"{file}: {mistake}")


def test_what_is_no_yaml_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "lpr_a.yaml").write_text("name: [")
    with pytest.raises(BadProfile, match="expected YAML"):
        profiles.load(tmp_path)


def test_a_folder_without_profiles_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadProfile, match="found none"):
        profiles.load(tmp_path)
