"""Which of USPS's products are sold here, and how is one named?

A service is a mail class, with the three codes of the price that was quoted, so that the label is
bought at that price: ``PRIORITY_MAIL_INTERNATIONAL:SP:MACHINABLE:INTERNATIONAL_SERVICE_CENTER``. A
mail class alone is bought as a machinable parcel in one's own packaging.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import cast

from carriers import Fault, RequestRejected
from data.model.consignment import Mode


@dataclass(frozen=True, slots=True)
class MailClass:
    """A mail class: its code for one piece in one's own packaging, its mode and its name."""

    code: str
    rate_indicator: str
    mode: Mode
    name: str


@dataclass(frozen=True, slots=True)
class Product:
    """A mail class with the codes of a price."""

    mail_class: str
    rate_indicator: str
    processing_category: str = "MACHINABLE"
    entry: str = "NONE"

    @property
    def service(self) -> str:
        """Its name among our services."""
        codes = (self.mail_class, self.rate_indicator, self.processing_category, self.entry)
        return ":".join(codes)


def product_of(service: str) -> Product:
    """The product of a service. Raises `RequestRejected` for none of USPS's international ones."""
    code, *rest = service.split(":")
    known = mail_classes().get(code)
    if known is None or len(rest) not in (0, 3) or not all(rest):
        said = "no international service of USPS"
        raise RequestRejected(
            f"{service}: {said}", "validation", faults=(Fault("/service", said),), sent=False
        )
    return Product(code, *rest) if rest else Product(code, known.rate_indicator)


def prepays_duties(country: str, on: date) -> bool:
    """Whether USPS lets the sender prepay the border's charges there, on a day."""
    since = _prepaid().get(country)
    return since is not None and since <= on


@cache
def mail_classes() -> Mapping[str, MailClass]:
    """USPS's international mail classes for parcels, by code."""
    return {
        row["code"]: MailClass(
            row["code"], row["rate_indicator"], cast("Mode", row["mode"]), row["name"]
        )
        for row in _rows("mail_classes.csv")
    }


@cache
def _prepaid() -> Mapping[str, date]:
    rows = _rows("duties_prepaid.csv")
    return {row["country"]: date.fromisoformat(row["since"]) for row in rows}


def _rows(name: str) -> list[dict[str, str]]:
    with (files("carriers.adapters.usps") / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
