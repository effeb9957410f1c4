"""Is this the number of a party, and whose number does a border ask for?

`check` looks at one number without asking anybody: how it is written, and its check digits where
it has some. That a number is well formed does not say that it was issued. `needs_of` says which
numbers a lane asks for. Kinds and needs are facts (``data/facts/identifiers.toml``).
"""

from customs.identifiers.checking import (
    RENEWAL_UNKNOWN,
    Identifier,
    Identifiers,
    UnknownKindError,
)
from customs.identifiers.findings import INVALID, NEEDED, invalid_numbers, needed, unmet_needs
from customs.identifiers.installed import check, installed
from customs.identifiers.needs import Need, needs_of

__all__ = [
    "INVALID",
    "NEEDED",
    "RENEWAL_UNKNOWN",
    "Identifier",
    "Identifiers",
    "Need",
    "UnknownKindError",
    "check",
    "installed",
    "invalid_numbers",
    "needed",
    "needs_of",
    "unmet_needs",
]
