"""What a manifest must say, and the reason with which another is refused."""

import json
from typing import Any

import pytest

from services.inclusion.domain.manifest import Manifest, Refusal, file_of, judge_repeat, read_manifest
from tests.unit.inclusion.extracting import PROFILES

CHECKSUM = "ab" * 32
WHOLE = {
    "kind": "contacts",
    "delivery": "lpr-2026-10",
    "period": "2026-10",
    "file": "lpr-2026-10.csv",
    "rows": 60000,
    "sha256": CHECKSUM,
    "profile": "lpr_a",
}


def read(**changes: Any) -> Manifest | Refusal:
    promised = {name: value for name, value in {**WHOLE, **changes}.items() if value is not None}
    return read_manifest(json.dumps(promised).encode(), PROFILES)


def test_a_whole_manifest_is_read() -> None:
    assert read() == Manifest(**WHOLE)


def test_more_than_we_know_is_read_over() -> None:
    assert read(source="register") == Manifest(**WHOLE)


def test_units_and_participation_have_no_period() -> None:
    assert isinstance(read(kind="units", profile="sor", period=None), Manifest)
    assert isinstance(read(kind="participation", profile="participation", period=None), Manifest)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "letters"}, "manifest_malformed"),
        ({"file": None}, "manifest_malformed"),
        ({"file": "../secret.csv"}, "manifest_malformed"),
        ({"rows": -1}, "manifest_malformed"),
        ({"rows": "many"}, "manifest_malformed"),
        ({"sha256": "abc"}, "manifest_malformed"),
        ({"delivery": ""}, "manifest_malformed"),
        ({"period": "2026-13", "rows": -1}, "manifest_malformed"),
        ({"period": "2026-13"}, "period_malformed"),
        ({"period": "oktober"}, "period_malformed"),
        ({"period": "1899-12"}, "period_malformed"),
        ({"period": "2100-01"}, "period_malformed"),
        ({"period": None}, "period_malformed"),
        ({"kind": "units", "profile": "sor"}, "period_malformed"),
        ({"profile": "lpr_x"}, "profile_unknown"),
        ({"profile": "sor"}, "profile_unknown"),
    ],
)
def test_another_is_refused(changes: dict[str, Any], reason: str) -> None:
    refusal = read(**changes)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == reason


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"null"])
def test_what_is_no_object_is_malformed(content: bytes) -> None:
    refusal = read_manifest(content, PROFILES)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "manifest_malformed"


def test_a_refusal_says_what_was_expected_and_what_was_found() -> None:
    refusal = read(profile="lpr_x")
    assert refusal == Refusal("profile_unknown", "for contacts one of lpr_a", "lpr_x")


@pytest.mark.parametrize("file", ["/etc/passwd", "a/b", "a\\b", 7, None])
def test_a_file_elsewhere_is_not_looked_at(file: object) -> None:
    assert file_of(json.dumps({"file": file}).encode()) is None


class TestRepeat:
    MANIFEST = Manifest(**WHOLE)

    def test_a_new_delivery_is_no_repeat(self) -> None:
        assert judge_repeat(self.MANIFEST, None) is None

    def test_the_same_content_again_is_recognized(self) -> None:
        assert judge_repeat(self.MANIFEST, CHECKSUM) is None

    def test_other_content_under_the_same_name_is_refused(self) -> None:
        refusal = judge_repeat(self.MANIFEST, "cd" * 32)
        assert refusal is not None
        assert refusal.reason == "delivery_repeated_with_other_content"
