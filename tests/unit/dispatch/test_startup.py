"""What is checked when dispatch starts: nothing is handed over with a wrong address or text, and it is named."""

import shutil
from pathlib import Path
from typing import get_args

import pytest

from services.dispatch import startup
from services.dispatch.__main__ import DispatchSettings, load
from services.dispatch.composer import CODE_LABEL, LINK_LABEL, Composer
from services.dispatch.letter_pdf import LetterPrinter
from shared import surveys
from shared.privacy import LinkCodes, Opener
from shared.surveys import Language, Surveys
from shared.surveys.loading import FILES, FOLDER
from tests.support.letters import ANSWER_URL

A_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8="
SURVEYS = surveys.load()


def problems(answer_url: str = ANSWER_URL, of: Surveys = SURVEYS) -> list[str]:
    composer = Composer(of, LinkCodes(bytes(32)), LetterPrinter(answer_url), answer_url, "1.2")
    return list(startup.check(composer, Opener(bytes(32))).problems)


def changed(folder: Path, old: str, new: str) -> Surveys:
    """The surveys, with all of a text changed in the letters of one."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    file = folder / "lup-somatik" / "letters.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    return surveys.load(folder)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> DispatchSettings:
    for name in ("SEALING_PRIVATE_KEY", "CODE_KEY", "MESSAGE_KEY"):
        monkeypatch.setenv(f"PULS_{name}", A_KEY)
    for name in ("DATABASE_URL", "KAFKA", "VALKEY_URL", "DIGITAL_POST_URL", "DIGITAL_POST_KEY", "PERSON_REGISTER_URL"):
        monkeypatch.setenv(f"PULS_{name}", "http://127.0.0.1:1")
    return DispatchSettings()  # pyright: ignore[reportCallIssue] - read from the environment


def refusal(settings: DispatchSettings, definitions: Path = FOLDER) -> str:
    with pytest.raises(SystemExit) as refused:
        load(settings, definitions)
    return str(refused.value)


@pytest.mark.parametrize("url", [ANSWER_URL, f"{ANSWER_URL}/", "https://puls.example/svar", "https://127.0.0.1:8443"])
def test_the_address_may_be_any_https_address(url: str) -> None:
    assert problems(url) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://svar.puls.example",
        "svar.puls.example",
        "https://",
        "",
        "https://svar.puls.example?a=b",
        "https://svar.puls.example#top",
        "https://user@svar.puls.example",
        "https://[svar",
    ],
)
def test_another_address_is_named_with_its_setting_and_what_to_do(url: str) -> None:
    [problem] = problems(url)
    assert problem.startswith(f"PULS_ANSWER_URL is {url!r}: expected https://")
    assert problem.endswith("mend it and start dispatch again")


def test_an_address_that_makes_the_link_too_long_is_found_in_every_letter() -> None:
    found = problems(f"https://svar.puls.example/{'a' * 240}")
    assert len(found) == 2 * len(SURVEYS)
    assert all("EntryPoint/url: at most 256" in problem for problem in found)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hvordan var det?\n    en", "invitation"),
        ("How was it?\n", "invitation"),
        ("Det er frivilligt", "invitation"),
        ("Taking part is voluntary", "invitation"),
        ("Du kan stadig nå at svare", "reminder"),
        ("There is still time to answer", "reminder"),
        ("If you have answered", "reminder"),
    ],
)
def test_a_text_that_our_fonts_cannot_show_is_named_in_whatever_language(tmp_path: Path, text: str, kind: str) -> None:
    [problem] = problems(of=changed(tmp_path, text, f"\N{CJK UNIFIED IDEOGRAPH-4E00}{text}"))
    assert problem.startswith(f"contracts/surveys/lup-somatik/letters.yaml: {kind}: the letter ")
    assert problem.endswith("mend it and start dispatch again")


def test_a_signature_that_cannot_be_shown_is_found_in_both_letters(tmp_path: Path) -> None:
    found = problems(of=changed(tmp_path, "Kind regards", "\N{CJK UNIFIED IDEOGRAPH-4E00}"))
    assert [problem.split(": ")[1] for problem in found] == ["invitation", "reminder"]


def test_a_label_that_no_message_may_have_is_named(tmp_path: Path) -> None:
    [problem] = problems(of=changed(tmp_path, "Påmindelse: Hvordan var det?", "Påmindelse:\\u0007"))
    assert "lup-somatik/letters.yaml: reminder: label: holds a control character" in problem


def test_every_language_has_its_labels() -> None:
    assert set(LINK_LABEL) == set(CODE_LABEL) == set(get_args(Language))


@pytest.mark.parametrize("name", FILES)
def test_a_broken_definition_file_is_named_and_dispatch_does_not_start(
    settings: DispatchSettings, name: str, tmp_path: Path
) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    for survey in SURVEYS:
        (tmp_path / survey / name).write_text("]")
    said = refusal(settings, tmp_path)
    assert said.startswith("dispatch cannot start:\n")
    assert all(f"{tmp_path / survey / name}:1: expected YAML" in said for survey in SURVEYS)


def test_a_key_that_is_none_is_named_and_dispatch_does_not_start(settings: DispatchSettings) -> None:
    settings.sealing_private_key = "c2hvcnQ="
    assert "PULS_SEALING_PRIVATE_KEY is not a key: expected 32 bytes" in refusal(settings)
    assert "c2hvcnQ" not in refusal(settings)
