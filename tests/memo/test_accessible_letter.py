"""Letters are PDF/UA-1 also after the code was filled in: veraPDF says so. Its jars are fetched once, by Maven."""

import subprocess
from pathlib import Path

import pytest

from services.dispatch.letter_pdf import LetterPrinter
from tests.support.letters import ANSWER_URL, DANISH, ENGLISH

ROOT = Path(__file__).parents[2]
JARS = ROOT / "var" / "verapdf"


@pytest.fixture(scope="session")
def jars() -> Path:
    if not any(JARS.glob("greenfield-apps-*.jar")):
        fetch = ["mvn", "-q", "-B", "-f", ROOT / "tests/memo/pom.xml", "dependency:copy-dependencies"]
        subprocess.run([*fetch, f"-DoutputDirectory={JARS}"], check=True)
    return JARS


def judged(letter: bytes, folder: Path, jars: Path) -> str:
    """veraPDF's verdict: PASS or FAIL, the file, and the rules that were broken."""
    file = folder / "letter.pdf"
    file.write_bytes(letter)
    java = ["java", f"-Duser.home={folder}", "-cp", f"{jars}/*", "org.verapdf.apps.GreenfieldCliWrapper"]
    judge = [*java, "-f", "ua1", "--format", "text", "-v", file]
    return subprocess.run(judge, check=False, capture_output=True, text=True).stdout


@pytest.mark.parametrize("parts", [(DANISH,), (DANISH, ENGLISH)], ids=["danish", "danish and english"])
def test_a_letter_with_its_code_filled_in_is_pdf_ua(parts, tmp_path: Path, jars: Path):
    letter = LetterPrinter(ANSWER_URL).pdf(parts, "7K2M9QXW4HJT3VBR")
    assert judged(letter, tmp_path, jars).startswith("PASS")


def test_a_letter_without_its_language_would_fail(tmp_path: Path, jars: Path):
    letter = LetterPrinter(ANSWER_URL).pdf((DANISH,), "7K2M9QXW4HJT3VBR")
    assert judged(letter.replace(b"/Lang (da)", b"/Lung (da)"), tmp_path, jars).startswith("FAIL")
