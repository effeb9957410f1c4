"""Why did a carrier give no answer? Honestly, in words that a shipping team can act on.

An adapter raises one of these and nothing else. `reason` is shown to users: no secret, no address
and no traceback belongs in it. `code` is for programs.
"""


class CarrierError(Exception):
    """A carrier gave no answer. Raise one of the classes below."""

    default_code = "carrier_error"

    def __init__(self, reason: str, code: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code or self.default_code


class CarrierUnavailable(CarrierError):  # noqa: N818 (it says what is)
    """The carrier did not answer, or not in a way that can be read; later it may."""

    default_code = "unavailable"


class CredentialsRejected(CarrierError):  # noqa: N818
    """The carrier does not accept the account's credentials: asking again will not help."""

    default_code = "credentials"


class RequestRejected(CarrierError):  # noqa: N818
    """The carrier will not carry this: the lane, the weight, the size, the day or the mode."""

    default_code = "rejected"
