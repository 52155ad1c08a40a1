"""Every link of our pages leads somewhere: to an address outside, or to a file that is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import CLONE

PAGES = sorted(
    [*CLONE.glob("*.md"), *(file for top in ("contracts", "deploy", "docs") for file in CLONE.glob(f"{top}/**/*.md"))]
)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def dead(page: Path) -> Iterator[str]:
    """Links to files that are not there."""
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        place = link.partition("#")[0]
        if "://" not in link and place and not (page.parent / place).exists():
            yield link


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[here](page.md#top) [there](no.md) [outside](https://example.org/no.md)")
    assert list(dead(page)) == ["no.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CLONE).as_posix())
def test_its_links_lead_somewhere(page: Path) -> None:
    assert list(dead(page)) == []
