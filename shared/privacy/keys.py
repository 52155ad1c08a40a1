"""Keys as they stand in settings: 32 bytes in url-safe base64."""

import base64
import binascii
import secrets

from nacl.public import PrivateKey

KEY_BYTES = 32


def read_key(text: str, name: str) -> bytes:
    """The 32 bytes of a key. `name` is the setting's name, for the error; the key itself is never in it."""
    try:
        key = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"{name} is not a key: expected {KEY_BYTES} bytes in url-safe base64 (44 characters)")
    return key


def new_key() -> str:
    """A fresh random key, written as settings want it."""
    return _written(secrets.token_bytes(KEY_BYTES))


def new_key_pair() -> tuple[str, str]:
    """A fresh public key for sealing and the private key that opens what it sealed."""
    private = PrivateKey.generate()
    return _written(bytes(private.public_key)), _written(bytes(private))


def _written(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()
