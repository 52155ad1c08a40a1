"""The name under which everyone but inclusion and dispatch knows a person."""

import hmac

from shared.privacy.cpr import normalized

_BYTES = 16


class Pseudonyms:
    """CPR number -> pseudonym: HMAC-SHA256 under one secret key, cut to 128 bits, 32 hexadecimal characters.

    Keyed, because there are few enough CPR numbers to try them all. The same number gives the same pseudonym
    however it is written.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, cpr: str) -> str:
        """The person's pseudonym. Raises `NotACprNumber`."""
        return hmac.digest(self._key, normalized(cpr).encode(), "sha256")[:_BYTES].hex()
