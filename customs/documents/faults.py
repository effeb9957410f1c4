"""What keeps a paper from being printed?"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong or missing, and where in the shipment (a JSON pointer).

    What is wrong with a wish of the request rather than with the shipment begins with ``/options``.
    """

    pointer: str
    detail: str


class RefusedError(ValueError):
    """A paper is not made; `faults` says why, all at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.detail for fault in faults))
        self.faults = tuple(faults)
