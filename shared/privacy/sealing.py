"""CPR numbers on their way from inclusion to dispatch: a libsodium sealed box that only dispatch can open.

The id of the key stands before the box and travels with it. So a box that was sealed for another key is told apart
from one that was altered, and several keys can be held while one takes over from another.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from shared.privacy.cpr import normalized

_WITH_KEY = re.compile(r"([0-9a-f]{12})_(.*)", re.DOTALL)
"""The key's id and the box, whose base64 never holds the character between them."""


class CannotOpen(ValueError):
    """The sealed value was altered or cut short; or it names no key, and no key that is held opens it."""

    reason = "number_cannot_be_opened"


class AnotherKey(ValueError):
    """The value was sealed for a key that is not held: the setting is wrong, not the value."""

    reason = "sealed_for_another_key"

    def __init__(self, key: str, held: Collection[str]) -> None:
        super().__init__(f"a CPR number is sealed for the key {key}; the keys held are {', '.join(sorted(held))}")
        self.key = key


def key_id(public_key: bytes) -> str:
    """The id of a pair of keys: 12 hexadecimal characters, derived from the public one. No secret."""
    return hashlib.sha256(public_key).hexdigest()[:12]


class Sealer:
    """Seals with the public key. Twice the same number gives two different texts: nothing can be told from them."""

    def __init__(self, public_key: bytes) -> None:
        self._box = SealedBox(PublicKey(public_key))
        self._prefix = f"{key_id(public_key)}_"

    def seal(self, cpr: str) -> str:
        """The key's id and the sealed, normalized number in base64 (93 characters). Raises `NotACprNumber`."""
        return self._prefix + base64.b64encode(self._box.encrypt(normalized(cpr).encode())).decode()

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
    """Opens with the private keys that are held: the one in use, and earlier ones."""

    def __init__(self, private_key: bytes, *earlier: bytes) -> None:
        keys = [PrivateKey(key) for key in (private_key, *earlier)]
        self._boxes = {key_id(bytes(key.public_key)): SealedBox(key) for key in keys}

    @property
    def keys(self) -> Collection[str]:
        """The ids of the keys that are held."""
        return self._boxes.keys()

    def open(self, sealed: str) -> str:
        """The ten characters of the CPR number. Raises `AnotherKey` or `CannotOpen`, which hold nothing of the value.

        A value that was sealed before keys had ids is tried with each key.
        """
        if found := _WITH_KEY.fullmatch(sealed):
            key, text = found.groups()
            if key not in self._boxes:
                raise AnotherKey(key, self._boxes)
            boxes = [self._boxes[key]]
        else:
            text, boxes = sealed, list(self._boxes.values())
        for box in boxes:
            if (cpr := _opened(box, text)) is not None:
                return cpr
        raise CannotOpen(
            f"a sealed CPR number of {len(sealed)} characters cannot be opened: it was altered, or it names no key "
            "and was sealed with another public key than those that belong to the private keys"
        )


def _opened(box: SealedBox, text: str) -> str | None:
    try:
        return box.decrypt(base64.b64decode(text, validate=True)).decode()
    except (CryptoError, binascii.Error, ValueError):
        return None
