"""What number does the post know an item by? S10 of the Universal Postal Union.

Two letters, eight digits, a check digit and the country of the post. Numbers come from ranges that
the post has given to an account; none is ever made up. ``ZZ`` is no country: demonstrations use it.
"""

import re
from dataclasses import dataclass

_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_FORM = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")


class NumberError(ValueError):
    """A number that is not of this form, has another check digit, or was not allotted."""


def check_digit(serial: str) -> str:
    """The check digit of eight digits.

    >>> check_digit("47312482")
    '9'
    """
    if len(serial) != len(_WEIGHTS) or not (serial.isascii() and serial.isdigit()):
        raise NumberError(f"{serial!r} is not eight digits")
    rest = sum(int(digit) * weight for digit, weight in zip(serial, _WEIGHTS, strict=True)) % 11
    return {0: "5", 1: "0"}.get(rest, str(11 - rest))


def read_number(text: str) -> str:
    """A number as it is printed in the bar code. Raises `NumberError`.

    >>> read_number("RA 473 124 829 US")
    'RA473124829US'
    """
    number = "".join(text.split()).upper()
    if not _FORM.fullmatch(number):
        raise NumberError(f"{text!r} is not two letters, nine digits and two letters")
    if (wanted := check_digit(number[2:10])) != number[10]:
        raise NumberError(f"{text!r} has the check digit {number[10]}; it would be {wanted}")
    return number


@dataclass(frozen=True, slots=True)
class Allotment:
    """A range of serial numbers that a post gave to an account.

    `service` is the indicator (``UA``: letter post with customs, ``CP``: parcels…), `post` the
    country of the operator; `first` and `last` are both in it.
    """

    service: str
    post: str
    first: int
    last: int

    def number(self, serial: int) -> str:
        """The number of a serial in this range. Raises `NumberError` outside of it.

        >>> Allotment("CP", "ZZ", 100, 199).number(123)
        'CP000001235ZZ'
        """
        if not self.first <= serial <= self.last:
            raise NumberError(f"{serial} is not among those allotted, {self.first} to {self.last}")
        digits = f"{serial:08d}"
        return read_number(f"{self.service}{digits}{check_digit(digits)}{self.post}")

    def next(self, last_issued: int | None) -> int:
        """The serial after the last that was issued. Raises `NumberError` when none is left."""
        serial = self.first if last_issued is None else last_issued + 1
        if serial > self.last:
            raise NumberError(f"no number is left of {self.service} … {self.post}")
        return serial
