"""What keeps persons unknown: the keyed pseudonym, the sealed CPR number, the link's code. Pure; no I/O."""

from shared.privacy.cpr import NotACprNumber, may_hold_cpr, normalized
from shared.privacy.keys import read_key
from shared.privacy.link_code import LinkCodes, read_code, shown
from shared.privacy.pseudonym import Pseudonyms
from shared.privacy.sealing import AnotherKey, CannotOpen, Opener, Sealer

__all__ = [
    "AnotherKey",
    "CannotOpen",
    "LinkCodes",
    "NotACprNumber",
    "Opener",
    "Pseudonyms",
    "Sealer",
    "may_hold_cpr",
    "normalized",
    "read_code",
    "read_key",
    "shown",
]
