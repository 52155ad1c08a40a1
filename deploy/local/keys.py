"""The keys and passwords of one stack: random, or drawn from a seed so that two runs give the same link codes."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Self

from nacl.public import PrivateKey

NAMES = ("PULS_PSEUDONYM_KEY", "PULS_CODE_KEY", "PULS_MESSAGE_KEY", "PULS_API_KEY", "PULS_DIGITAL_POST_KEY")


class Keys(dict[str, str]):
    """Setting -> key: 32 bytes in urlsafe base64 each, the sealing keys a pair that belongs together."""

    @classmethod
    def random(cls) -> Self:
        return cls._drawn(lambda _name: secrets.token_bytes(32))

    @classmethod
    def of_seed(cls, seed: str) -> Self:
        """The same keys for the same seed: for demos and tests only, whoever knows the seed knows the keys."""
        return cls._drawn(lambda name: hmac.digest(f"puls/{seed}".encode(), name.encode(), hashlib.sha256))

    @classmethod
    def _drawn(cls, draw: Callable[[str], bytes]) -> Self:
        sealing = PrivateKey(draw("PULS_SEALING_PRIVATE_KEY"))
        return cls(
            {name: _text(draw(name)) for name in NAMES},
            PULS_SEALING_PRIVATE_KEY=_text(bytes(sealing)),
            PULS_SEALING_PUBLIC_KEY=_text(bytes(sealing.public_key)),
        )


def _text(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()
