"""Keys as they stand in settings: 32 bytes in url-safe base64."""

import base64
import binascii

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
