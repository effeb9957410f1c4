"""What is common to all declarations to CDS: the envelope, the parties, the place of the goods."""

from typing import Any

from lxml import etree

from customs.documents.form_facts import facts, value_on
from customs.documents.kinds import Options
from customs.documents.messages import Vocabulary, name_of
from data.model.shipment import Party, Shipment

Element = etree._Element | None
DATA_SETS = ("h1", "srds", "birds")
_ENVELOPE = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
_MESSAGE = "urn:wco:datamodel:WCO:DEC-DMS:2"
_NAMESPACES = {"md": _ENVELOPE, "": _MESSAGE}
wco = Vocabulary(_NAMESPACES)
_HEAD = {
    "WCODataModelVersionCode": "3.6",
    "WCOTypeName": "DEC",
    "ResponsibleCountryCode": "GB",
    "ResponsibleAgencyName": "HMRC",
    "AgencyAssignedCustomizationVersionCode": "v2.1",
}


def fact(table: str, name: str, shipment: Shipment) -> str | None:
    """A code of CDS on the shipment's day."""
    return value_on(facts("cds")[table].get(name), shipment.on)


def data_set_of(options: Options) -> str:
    """Which of the data sets a request asks for."""
    said: str = options.get("data_set", "h1")
    return said


def made_root(*content: Any) -> Element:
    """A declaration in the envelope that HMRC takes."""
    return wco(
        "md:MetaData",
        [wco(f"md:{name}", value) for name, value in _HEAD.items()],
        wco("Declaration", *content),
    )


def type_code(shipment: Shipment, options: Options) -> str:
    """Data elements 1/1 and 1/2 in one: goods of the Channel Islands have a type of their own."""
    kind = fact("codes", "declaration", shipment)
    if data_set_of(options) == "birds" and is_of_the_islands(shipment):
        kind = fact("birds", "island_type", shipment)
    return f"{kind}{options['additional_declaration_type']}"


def is_of_the_islands(shipment: Shipment) -> bool:
    """Whether the goods come from Jersey or Guernsey."""
    return shipment.consignor.place.country in facts("cds")["birds"]["islands"]


def agent(options: Options) -> Element:
    """Data element 3/21: 2 for direct, 3 for indirect representation."""
    return wco("Agent", wco("FunctionCode", options.get("representative_status")))


def identified(name: str, party: Party) -> Element:
    """A party by its United Kingdom EORI number, or else by name and address."""
    number = party.tax_ids.get("eori", "")
    if number.startswith(("GB", "XI")):
        return wco(name, wco("ID", number))
    place = party.place
    return wco(
        name,
        wco("Name", name_of(party)),
        wco(
            "Address",
            wco("CityName", place.city),
            wco("CountryCode", place.country),
            wco("Line", ", ".join(party.street)),
            wco("PostcodeID", place.postal_code),
        ),
    )


def goods_location(said: str) -> Element:
    """Data element 5/23 from its written form: country, type, qualifier, place."""
    return wco(
        "GoodsLocation",
        wco("Name", said[4:]),
        wco("TypeCode", said[2]),
        wco("Address", wco("TypeCode", said[3]), wco("CountryCode", said[:2])),
    )


def importer_is_named(shipment: Shipment, options: Options) -> bool:
    """Whether the importer is a private person without a number, as the reduced data set allows."""
    private = not shipment.consignee.is_business and shipment.importer is None
    return data_set_of(options) == "srds" and private and "importer" not in options
