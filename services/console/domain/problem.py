"""What is the matter where something cannot be done: what, what was expected, what to do."""


class Problem(Exception):
    """Raised by whoever cannot do what was asked; told as JSON by the API and in words by a page."""

    def __init__(self, status: int, what: str, *, expected: str, what_to_do: str) -> None:
        """`status` is HTTP's."""
        super().__init__(what)
        self.status, self.what, self.expected, self.what_to_do = status, what, expected, what_to_do
