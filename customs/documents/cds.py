"""How are goods declared to the United Kingdom's customs? CDS, as XML of the WCO data model 3.6.

Option ``data_set``: ``h1`` (the standard import, where nothing else is said), ``srds`` (the
super-reduced one, into Northern Ireland, up to the low-value limit or for gifts) or ``birds``
(small parcels in bulk by an authorised declarant into Great Britain, never by post).

What the record cannot know is asked: ``lrn``, ``declarant`` and ``importer`` (EORI numbers),
``additional_declaration_type``, ``location_of_goods`` (country, type, qualifier, place:
``GBAUBELBFSBEL``), ``transport_mode``, ``previous_documents`` (a list of
``{"category", "type", "id"}``); for ``h1`` also ``container`` (true or false),
``payment_method``, ``valuation_indicator`` and, where it is no sale, ``procedure``,
``nature_of_transaction`` and ``valuation_method``; for ``birds`` ``authorisation``,
``authorisation_document`` and ``supervising_office``. May be told: ``representative_status``,
``border_nationality``, ``arrival_transport`` (``{"type", "id"}``), ``additional_procedures``,
``fiscal_references`` (role → number), ``document_ids`` (code → number), ``terms_location``.
"""

from customs.documents.cds_faults import faults
from customs.documents.cds_items import goods_items
from customs.documents.cds_parts import (
    Element,
    agent,
    data_set_of,
    fact,
    goods_location,
    identified,
    importer_is_named,
    made_root,
    type_code,
    wco,
)
from customs.documents.invoice import total_of
from customs.documents.kinds import Format, Kind, Options
from customs.documents.messages import amount_text, xml_bytes
from data.model.shipment import Shipment

OPTIONS = (
    "data_set",
    "lrn",
    "declarant",
    "importer",
    "additional_declaration_type",
    "location_of_goods",
    "transport_mode",
    "previous_documents",
    "container",
    "payment_method",
    "valuation_indicator",
    "procedure",
    "nature_of_transaction",
    "valuation_method",
    "authorisation",
    "authorisation_document",
    "supervising_office",
    "representative_status",
    "border_nationality",
    "arrival_transport",
    "additional_procedures",
    "fiscal_references",
    "document_ids",
    "terms_location",
    "rates",
    "scheme",
)


def xml_of(shipment: Shipment, options: Options) -> bytes:
    """The declaration of a shipment, in the order of HMRC's schema."""
    name = data_set_of(options)
    return xml_bytes(
        made_root(
            wco("FunctionCode", "9"),
            wco("FunctionalReferenceID", options["lrn"]),
            wco("TypeCode", type_code(shipment, options)),
            wco("GoodsItemQuantity", str(len(shipment.items))),
            wco("TotalPackageQuantity", str(len(shipment.parcels))),
            agent(options),
            _authorisation(shipment, options) if name == "birds" else None,
            wco(
                "BorderTransportMeans",
                wco("RegistrationNationalityCode", options.get("border_nationality")),
                wco("ModeCode", options["transport_mode"]),
            ),
            wco("Declarant", wco("ID", options["declarant"])),
            identified("Exporter", shipment.consignor),
            _goods_shipment(shipment, options),
            wco("SupervisingOffice", wco("ID", options.get("supervising_office")))
            if name == "birds"
            else None,
        )
    )


def _authorisation(shipment: Shipment, options: Options) -> Element:
    category = fact("birds", "authorisation", shipment)
    return wco(
        "AuthorisationHolder", wco("ID", options["authorisation"]), wco("CategoryCode", category)
    )


def _goods_shipment(shipment: Shipment, options: Options) -> Element:
    name = data_set_of(options)
    full = name == "h1"
    place = shipment.consignee.place
    return wco(
        "GoodsShipment",
        wco("TransactionNatureCode", _nature(shipment, options)) if full else None,
        wco(
            "Consignment",
            wco("ContainerCode", "1" if options.get("container") else "0")
            if name != "srds"
            else None,
            _arrival(options) if name != "srds" else None,
            goods_location(options["location_of_goods"]),
        ),
        _costs(shipment, options),
        wco("Destination", wco("CountryCode", place.country)) if full else None,
        [
            wco("DomesticDutyTaxParty", wco("ID", number), wco("RoleCode", role))
            for role, number in (options.get("fiscal_references") or {}).items()
        ],
        wco("ExportCountry", wco("ID", shipment.consignor.place.country))
        if name != "srds"
        else None,
        goods_items(shipment, options),
        identified("Importer", shipment.consignee)
        if importer_is_named(shipment, options)
        else wco("Importer", wco("ID", options["importer"])),
        [
            wco(
                "PreviousDocument",
                wco("CategoryCode", each["category"]),
                wco("ID", each["id"]),
                wco("TypeCode", each["type"]),
            )
            for each in options.get("previous_documents") or ()
        ],
        _terms(shipment, options) if full else None,
    )


def _nature(shipment: Shipment, options: Options) -> str | None:
    said: str | None = options.get("nature_of_transaction")
    return said or fact("codes", "sale", shipment)


def _arrival(options: Options) -> Element:
    told = options.get("arrival_transport") or {}
    return wco(
        "ArrivalTransportMeans",
        wco("ID", told.get("id")),
        wco("IdentificationTypeCode", told.get("type")),
    )


def _costs(shipment: Shipment, options: Options) -> Element:
    """What transport and insurance cost: to the door for parcels, as an addition in full."""
    costs = total_of(shipment) - shipment.goods.amount
    code = shipment.currency
    said = amount_text(costs, code)
    if data_set_of(options) == "srds":
        if shipment.freight is None:
            return None
        freight = wco("FreightChargeAmount", said, currencyID=code)
        return wco("CustomsValuation", freight)
    if data_set_of(options) == "birds" or not costs:
        return None
    return wco(
        "CustomsValuation",
        wco(
            "ChargeDeduction",
            wco("ChargesTypeCode", fact("codes", "transport_costs", shipment)),
            wco("OtherChargeDeductionAmount", said, currencyID=code),
        ),
    )


def _terms(shipment: Shipment, options: Options) -> Element:
    location = options.get("terms_location")
    return wco(
        "TradeTerms",
        wco("ConditionCode", shipment.terms),
        wco("LocationID", location),
        None if location else wco("LocationName", shipment.terms_place),
    )


def _make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
    return xml_of(shipment, options)


KINDS = (
    Kind(
        name="cds",
        title="Import declaration to the United Kingdom (CDS)",
        formats=("xml",),
        make=_make,
        faults=lambda shipment, options: tuple(faults(shipment, options)),
        options=OPTIONS,
    ),
)
