"""Why did a carrier give no answer? Honestly, in words that a shipping team can act on.

An adapter raises one of these and nothing else. `reason` is shown to users, in the carrier's own
words where it has some: no secret, no address and no traceback belongs in it. `code` is for
programs.
"""

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "credentials",  # the account's secrets are wrong, missing or expired
    "account",  # the account is known but may not do this
    "validation",  # a field is wrong: `faults` say which
    "not_serviceable",  # the lane, the weight, the size, the day or the goods
    "not_found",  # no such shipment, label or number
    "conflict",  # it was done before, or is being done
    "unsupported",  # the carrier has no such thing
    "quota",  # asked too often: `retry_after` says when again
    "carrier_down",  # the carrier says that it does not work
    "timeout_not_sent",  # nothing reached the carrier
    "timeout_sent",  # the carrier may have done it
    "bad_reply",  # an answer that cannot be read: the carrier may have done it
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that a carrier refuses: where in our request (a JSON pointer), and why."""

    pointer: str
    detail: str


class CarrierError(Exception):
    """A carrier gave no answer. Raise one of the classes below.

    `carrier_code` is the carrier's own code for it. `sent` says whether a byte of the request may
    have reached the carrier: after a purchase that was sent nothing but looking it up is safe.
    """

    default_code = "carrier_error"

    def __init__(
        self,
        reason: str,
        code: Code | str | None = None,
        *,
        carrier_code: str | None = None,
        faults: tuple[Fault, ...] = (),
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code or self.default_code
        self.carrier_code = carrier_code
        self.faults = faults
        self.retry_after = retry_after
        self.sent = sent


class CarrierUnavailable(CarrierError):  # noqa: N818 (it says what is)
    """The carrier did not answer, or not in a way that can be read; later it may."""

    default_code = "carrier_down"


class CredentialsRejected(CarrierError):  # noqa: N818
    """The carrier does not accept the account's credentials: asking again will not help."""

    default_code = "credentials"


class RequestRejected(CarrierError):  # noqa: N818
    """The carrier will not do this: the lane, the weight, a field, the day or the mode."""

    default_code = "not_serviceable"
