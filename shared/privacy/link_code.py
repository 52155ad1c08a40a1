"""The code in the letter, that opens one invitation's questionnaire.

80 bits of HMAC(code key, invitation id) in Crockford's base32: no I, L, O or U, so it can be read aloud and typed.
Dispatch and responses derive it; no event carries it, and only its keyed hash is stored.
"""

import base64
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_GROUP = 4
_BYTES = 10
_HASH_BYTES = 16

_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())
_BETWEEN = "-\u2010\u2011\u2012\u2013\u2014\u2212 \u00a0\u202f\t\r\n"
_TYPED = str.maketrans({**dict.fromkeys(_BETWEEN), "O": "0", "I": "1", "L": "1"})
_LETTERS = frozenset(ALPHABET)


class LinkCodes:
    """Derives codes, and the hashes under which they are stored, from one secret key."""

    def __init__(self, key: bytes) -> None:
        self._code_key = hmac.digest(key, b"link code", "sha256")
        self._hash_key = hmac.digest(key, b"stored hash of the link code", "sha256")

    def of(self, invitation: str) -> str:
        """The invitation's code, 16 characters without hyphens."""
        derived = hmac.digest(self._code_key, invitation.encode(), "sha256")[:_BYTES]
        return base64.b32encode(derived).translate(_CROCKFORD).decode()

    def lookup(self, code: str) -> str:
        """What is stored in place of the code: 128 bits, 32 hexadecimal characters; of no use without the key."""
        return hmac.digest(self._hash_key, code.encode(), "sha256")[:_HASH_BYTES].hex()


def shown(code: str) -> str:
    """As people see it: XXXX-XXXX-XXXX-XXXX."""
    return "-".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def read_code(text: str) -> str | None:
    """The code a person typed: any letter case, O for 0, I or L for 1, hyphens and blanks anywhere.

    None where it cannot be a code.
    """
    code = text.upper().translate(_TYPED)
    if len(code) != LENGTH or not _LETTERS.issuperset(code):
        return None
    return code
