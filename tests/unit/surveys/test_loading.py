"""A mistake in a survey's definition is named by file and line, with what was expected."""

import shutil
from pathlib import Path

import pytest

from shared import surveys
from shared.surveys.loading import FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of one survey, whole and right, whose files a test may spoil."""
    shutil.copytree(FOLDER / "lup-somatik", tmp_path / "lup-somatik")
    return tmp_path / "lup-somatik"


def change(path: Path, old: str, new: str) -> int:
    """Replaces a piece of text that stands there, and returns its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer says {old!r}: choose another piece"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def mistake(folder: Path) -> str:
    with pytest.raises(surveys.BadDefinition) as refused:
        surveys.load(folder.parent)
    return str(refused.value)


def test_the_surveys_of_the_project_are_right() -> None:
    assert sorted(surveys.load()) == ["lup-psykiatri", "lup-somatik"]


def test_every_text_stands_in_danish_and_english(folder: Path) -> None:
    line = change(folder / "letters.yaml", "    en: How was it?\n", "")
    assert f"letters.yaml:{line - 2}: invitation.subject.en: Field required" in mistake(folder)


def test_a_folder_without_surveys_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path}: expected a folder for each survey" in mistake(tmp_path / "none")


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "letters.yaml").unlink()
    assert mistake(folder) == f"{folder}/letters.yaml: expected this file, it is missing"


def test_what_is_not_yaml_is_named_by_its_line(folder: Path) -> None:
    line = change(folder / "survey.yaml", "  days: 180", "\tdays: 180")
    assert mistake(folder).startswith(f"{folder}/survey.yaml:{line}: expected YAML: ")


def test_what_is_not_utf_8_is_named_by_its_line(folder: Path) -> None:
    (folder / "letters.yaml").write_bytes("sender_label: ok\nsignature: Påmindelse".encode("iso-8859-1"))
    assert mistake(folder) == f"{folder}/letters.yaml:2: expected UTF-8"


def test_a_list_in_place_of_names_and_values_is_named(folder: Path) -> None:
    (folder / "questionnaire.yaml").write_text("- version: 1\n")
    assert mistake(folder) == f"{folder}/questionnaire.yaml:1: expected a mapping of names to values"


def test_a_name_that_stands_twice_is_named_by_its_second_line(folder: Path) -> None:
    line = change(folder / "survey.yaml", "  days: 180", "  version: 2\n  days: 180")
    assert mistake(folder) == f"{folder}/survey.yaml:{line}: version: expected once, stands again"


def test_letters_in_the_survey_s_own_file_are_refused(folder: Path) -> None:
    change(folder / "survey.yaml", "name: lup-somatik", "letters: {}\nname: lup-somatik")
    assert "letters: expected in a file of its own" in mistake(folder)


def test_an_unknown_name_is_named_by_its_line(folder: Path) -> None:
    line = change(folder / "survey.yaml", "  days: 180", "  dayz: 180")
    assert (
        f"survey.yaml:{line}: karens.dayz: Extra inputs are not permitted, expected one of: name, version, days"
        in mistake(folder)
    )


def test_an_unknown_name_deep_in_a_list_is_told_what_is_known_there(folder: Path) -> None:
    change(folder / "questionnaire.yaml", "score: 3", "scores: 3")
    assert "scales.degree.2.scores: Extra inputs are not permitted, expected one of: name, text, score" in mistake(
        folder
    )


@pytest.mark.parametrize("value", ["yes", '"180"', "180.0"])
def test_what_could_be_read_as_a_number_is_none(folder: Path, value: str) -> None:
    line = change(folder / "survey.yaml", "  days: 180", f"  days: {value}")
    assert f"survey.yaml:{line}: karens.days: Input should be a valid integer" in mistake(folder)


def test_a_time_that_yaml_reads_as_a_number_is_refused(folder: Path) -> None:
    line = change(folder / "survey.yaml", "karens:", "sending: {opens: 08:00, closes: 18:00}\nkarens:")
    assert f"survey.yaml:{line}: sending.closes: Value error, expected a time in quotes" in mistake(folder)


@pytest.mark.parametrize("number", ["2512489996", "251248-9996"])
def test_a_label_with_a_person_s_number_in_it_is_refused_and_not_repeated(folder: Path, number: str) -> None:
    path = folder / "letters.yaml"
    line = change(path, "  label: ", f"  label: {number} ")
    said = mistake(folder)
    assert f"letters.yaml:{line}: invitation.label: Value error, expected words without a number of ten digits" in said
    assert number not in said


def test_a_missing_value_is_named_by_the_line_of_what_lacks_it(folder: Path) -> None:
    change(folder / "survey.yaml", "  days: 180", "")
    line = change(folder / "survey.yaml", "karens:", "karens:")
    assert f"survey.yaml:{line}: karens.days: Field required" in mistake(folder)


def test_a_value_out_of_range_deep_in_a_list_is_named_by_its_line(folder: Path) -> None:
    line = change(folder / "questionnaire.yaml", "score: 3", "score: 6")
    assert f"questionnaire.yaml:{line}: scales.degree.2.score: Input should be less than" in mistake(folder)


def test_a_number_in_place_of_a_text_is_named_by_its_line(folder: Path) -> None:
    line = change(folder / "survey.yaml", '["01",', "[1,")
    assert f"survey.yaml:{line}: eligibility.main_specialties.0: Input should be a valid string" in mistake(folder)


def test_all_mistakes_of_a_survey_are_named_at_once(folder: Path) -> None:
    change(folder / "survey.yaml", "  days: 180", "  days: -1")
    change(folder / "letters.yaml", 'sender_cvr: "12345674"', 'sender_cvr: "1234"')
    assert [line.split(": ")[1] for line in mistake(folder).splitlines()] == ["karens.days", "sender_cvr"]


def test_all_broken_files_are_named_at_once(folder: Path) -> None:
    shutil.copytree(FOLDER / "lup-psykiatri", folder.parent / "lup-psykiatri")
    broken = [folder / "survey.yaml", folder / "letters.yaml", folder.parent / "lup-psykiatri" / "questionnaire.yaml"]
    for path in broken:
        path.write_text("- no mapping\n")
    assert {line.split(":")[0] for line in mistake(folder).splitlines()} == {str(path) for path in broken}


def test_a_survey_whose_own_file_is_missing_is_not_passed_over(folder: Path) -> None:
    shutil.copytree(FOLDER / "lup-psykiatri", folder.parent / "lup-psykiatri")
    (folder / "survey.yaml").unlink()
    assert mistake(folder) == f"{folder}/survey.yaml: expected this file, it is missing"


@pytest.mark.parametrize(("text", "why"), [("[" * 60_000, "nested too deeply"), ("day: 2026-13-45", "month must be")])
def test_what_yaml_itself_cannot_read_is_named(folder: Path, text: str, why: str) -> None:
    (folder / "letters.yaml").write_text(text)
    assert mistake(folder).startswith(f"{folder}/letters.yaml:1: expected YAML: ")
    assert why in mistake(folder)


def test_a_survey_with_another_name_than_its_folder_is_refused(folder: Path) -> None:
    line = change(folder / "survey.yaml", "name: lup-somatik", "name: lup-psykiatri")
    assert f"survey.yaml:{line}: name is lup-psykiatri, expected the folder's: lup-somatik" in mistake(folder)


def test_reminders_that_do_not_rise_are_refused(folder: Path) -> None:
    line = change(folder / "survey.yaml", "after_days: [10, 20]", "after_days: [20, 10]")
    assert f"survey.yaml:{line}: reminders.after_days: after_days must rise" in mistake(folder)


def test_closing_before_the_last_reminder_is_refused(folder: Path) -> None:
    line = change(folder / "survey.yaml", "close_after_days: 35", "close_after_days: 20")
    assert (
        f"survey.yaml:{line}: reminders.close_after_days: close_after_days must lie after the last reminder"
        in mistake(folder)
    )


def test_sending_hours_that_close_before_they_open_are_refused(folder: Path) -> None:
    change(folder / "survey.yaml", "karens:", 'sending: {opens: "18:00", closes: "08:00"}\nkarens:')
    assert "closes must lie after opens" in mistake(folder)


def test_a_question_asked_twice_is_refused(folder: Path) -> None:
    line = change(folder / "questionnaire.yaml", "name: responsible_doctor", "name: friendly_staff")
    said = mistake(folder)
    assert f"questionnaire.yaml:{line}: groups.0.questions.1.name: " in said
    assert "a question's name stands once, but friendly_staff stands again" in said


def test_a_scale_that_is_not_there_is_refused(folder: Path) -> None:
    line = change(folder / "questionnaire.yaml", "scale: degree", "scale: stars")
    said = mistake(folder)
    assert f"questionnaire.yaml:{line}: groups.0.questions.0.scale: there is no scale named stars" in said
    assert "expected one of: degree" in said


def test_an_option_that_stands_twice_in_a_scale_is_refused(folder: Path) -> None:
    change(folder / "questionnaire.yaml", "name: to_some_degree", "name: to_a_high_degree")
    assert "scales.degree.2.name: an option's name stands once in a scale, but not in degree" in mistake(folder)


def test_a_26th_question_is_refused(folder: Path) -> None:
    more = "".join(f"      - {{name: more_{n}, text: {{da: Mere, en: More}}}}\n" for n in range(25))
    path = folder / "questionnaire.yaml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert "at most 25 questions are asked" in mistake(folder)


def test_the_fingerprint_changes_with_any_file(folder: Path) -> None:
    before = surveys.load(folder.parent)["lup-somatik"].fingerprint
    change(folder / "letters.yaml", "How was it?", "How did it go?")
    assert surveys.load(folder.parent)["lup-somatik"].fingerprint != before
