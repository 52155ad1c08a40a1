"""Whether a CPR number may stand in what somebody typed. All numbers are made up, in the style of test numbers."""

import pytest

from shared.privacy import may_hold_cpr


@pytest.mark.parametrize(
    "number",
    ["2512489996", "251248-9996", "251248 - 9996", "25.12.48-9996", "251248_9996", "8512489996", "2512480aa6"],
)
@pytest.mark.parametrize("around", ["{}", "anna {}", "a{}", "asks about {}, who called"])
def test_a_number_is_found_however_it_is_written(number: str, around: str) -> None:
    assert may_hold_cpr(around.format(number))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "Jørgen, b012345",
        "since 2026-11-22 23:50",
        "2026-09 2026-10",
        "unit 130000001016",
        "call 12 34 56 78",
        "9996512489",
    ],
)
def test_what_has_another_form_is_none(text: str) -> None:
    assert not may_hold_cpr(text)
