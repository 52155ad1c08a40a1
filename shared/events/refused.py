class Refused(Exception):
    """An event that cannot be accepted, by a rule that has a name. The record is set aside with that reason.

    `reason` is in lower case with underscores; `detail` says what was expected, and never holds personal data.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
