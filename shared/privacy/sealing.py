"""CPR numbers on their way from inclusion to dispatch: a libsodium sealed box that only dispatch can open."""

import base64
import binascii
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from shared.privacy.cpr import normalized


class CannotOpen(ValueError):
    """The sealed value was altered, cut short, or sealed for another key."""


class Sealer:
    """Seals with the public key. Twice the same number gives two different texts: nothing can be told from them."""

    def __init__(self, public_key: bytes) -> None:
        self._box = SealedBox(PublicKey(public_key))

    def seal(self, cpr: str) -> str:
        """The normalized number, sealed, in base64 (80 characters). Raises `NotACprNumber`."""
        return base64.b64encode(self._box.encrypt(normalized(cpr).encode())).decode()

    def seal_all(self, cprs: Sequence[str]) -> Sequence[str]:
        """Each number sealed, in order. Sealing is arithmetic outside of the interpreter's lock: two threads do it in
        half of the time. Raises `NotACprNumber`."""
        half = len(cprs) // 2
        with ThreadPoolExecutor(1) as other:
            second = other.submit(self._seal_each, cprs[half:])
            return self._seal_each(cprs[:half]) + second.result()

    def _seal_each(self, cprs: Sequence[str]) -> list[str]:
        return [self.seal(cpr) for cpr in cprs]


class Opener:
    """Opens with the private key."""

    def __init__(self, private_key: bytes) -> None:
        self._box = SealedBox(PrivateKey(private_key))

    def open(self, sealed: str) -> str:
        """The ten characters of the CPR number. Raises `CannotOpen`, which holds nothing of the value."""
        cpr = self._opened(sealed)
        if cpr is None:
            raise CannotOpen(
                f"a sealed CPR number of {len(sealed)} characters cannot be opened: it was altered, or sealed "
                "with another public key than the one that belongs to this private key"
            )
        return cpr

    def _opened(self, sealed: str) -> str | None:
        try:
            return self._box.decrypt(base64.b64decode(sealed, validate=True)).decode()
        except (CryptoError, binascii.Error, ValueError):
            return None
