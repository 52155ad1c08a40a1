"""What the pages say, in each language."""

import re
from string import Formatter

from services.responses.rendering import HERE, LANGUAGES, read_words

WORDS = {language: vars(words) for language, words in read_words().items()}


def _places(text: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(text)} - {None}


def test_every_language_says_the_same_things() -> None:
    assert all(WORDS[language].keys() == WORDS["da"].keys() for language in LANGUAGES)


def test_every_language_fills_in_the_same_places() -> None:
    assert all(_places(WORDS["en"][name]) == _places(text) for name, text in WORDS["da"].items())


def test_nothing_is_said_nowhere() -> None:
    files = [*HERE.glob("templates/*.html"), *HERE.glob("*.py")]
    said = set(
        re.findall(r"words(?:\[urls\.language\])?\.(?!toml)([a-z_]+)", "".join(file.read_text() for file in files))
    )
    endings = {f"{page}_{part}" for page in ("thanks", "declined", "opted_out", "closed") for part in ("title", "text")}
    assert WORDS["da"].keys() == said | endings
