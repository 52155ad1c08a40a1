"""What a letter says, in one language."""

from dataclasses import dataclass


class CannotTypeset(Exception):
    """The letter cannot be typeset: a missing font, a character that our fonts lack, or a link that is too long."""

    reason = "cannot_be_written"


@dataclass(frozen=True, slots=True)
class LetterText:
    """The words of one language. A letter in two languages has two, one under the other."""

    language: str
    """Two small letters, as da or en."""
    subject: str
    paragraphs: tuple[str, ...]
    sender: str
    link_label: str
    """What the link is called; also what a screen reader reads aloud in place of the address."""
    code_label: str
    """Stands over the code and says where it can be typed."""
    closing: str
