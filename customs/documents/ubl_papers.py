"""What is in the boxes, what must the forwarder do, and who vouches for the origin? In UBL 2.1.

The certificate of origin is an application: a chamber endorses it, not we. Its options: ``issuer``
and ``issuer_country`` (the chamber), ``certificate_type``, ``criteria`` (line id → criterion),
``signatory``. Of the forwarding instructions: ``forwarder``, ``instructions``.
"""

from collections.abc import Callable, Iterator

from customs.documents.faults import Fault
from customs.documents.kinds import Format, Kind, Options
from customs.documents.messages import (
    text_faults,
    wanted_mapping,
    wanted_text,
    xml_bytes,
)
from customs.documents.packing_list import contents_of
from customs.documents.ubl import (
    Element,
    address,
    cac,
    cbc,
    country,
    delivery_terms,
    document,
    goods_items,
    handling_units,
    invoice_reference,
    money_of,
    net_weight,
    party,
    pieces,
    weight,
)
from data.model.shipment import Shipment

_AWAITED = "awaiting endorsement"
_ENDORSER = "issuer"


def packing_list(shipment: Shipment, options: Options) -> bytes:
    """Every box with its contents."""
    return xml_bytes(
        document(
            "PackingList",
            cbc("ID", shipment.reference),
            cbc("IssueDate", shipment.on.isoformat()),
            party("ConsignorParty", shipment.consignor),
            cac(
                "Shipment",
                *_totals(shipment),
                cac(
                    "Consignment",
                    cbc("ID", shipment.reference),
                    party("ConsigneeParty", shipment.consignee),
                ),
                handling_units(shipment),
            ),
            invoice_reference(shipment),
        )
    )


def forwarding_instructions(shipment: Shipment, options: Options) -> bytes:
    """What the forwarder takes over, values and boxes, and where to; the letter of instruction."""
    forwarder = options.get("forwarder")
    return xml_bytes(
        document(
            "ForwardingInstructions",
            cbc("ID", shipment.reference),
            cbc("IssueDate", shipment.on.isoformat()),
            cbc("Note", f"Reason for export: {shipment.purpose}"),
            cbc("OtherInstruction", options.get("instructions") or shipment.comments),
            party("ConsignorParty", shipment.consignor),
            cac("FreightForwarderParty", cac("PartyName", cbc("Name", forwarder))),
            cac(
                "Shipment",
                *_totals(shipment),
                money_of("DeclaredCustomsValueAmount", shipment.goods),
                _consignment(shipment),
                goods_items(shipment, options),
                handling_units(shipment),
                address("OriginAddress", shipment.consignor),
                country("ExportCountry", shipment.consignor.place.country),
            ),
            invoice_reference(shipment),
        )
    )


def certificate_of_origin(shipment: Shipment, options: Options) -> bytes:
    """The application for a certificate, with the goods and their origins."""
    return xml_bytes(
        document(
            "CertificateOfOrigin",
            cbc("ID", shipment.reference),
            cbc("IssueDate", shipment.on.isoformat()),
            party("ExporterParty", shipment.consignor),
            party("ImporterParty", shipment.importer or shipment.consignee),
            _application(shipment, options),
            cac(
                "IssuerEndorsement",
                cbc("DocumentID", shipment.reference),
                cbc("ApprovalStatus", _AWAITED),
                _endorser(options),
            ),
        )
    )


def _application(shipment: Shipment, options: Options) -> Element:
    return cac(
        "CertificateOfOriginApplication",
        cbc("ReferenceID", shipment.reference),
        cbc("CertificateType", options["certificate_type"]),
        cbc("OriginalJobID", shipment.reference),
        cbc("Remarks", shipment.comments),
        cac(
            "Shipment",
            *_totals(shipment),
            _consignment(shipment),
            goods_items(shipment, options),
            country("ExportCountry", shipment.consignor.place.country),
        ),
        _endorser(options),
        party("PreparationParty", shipment.consignor),
        cac("IssuerParty", cac("PartyName", cbc("Name", options["issuer"]))),
        country("IssuingCountry", options["issuer_country"]),
        _supporting(shipment),
    )


def _supporting(shipment: Shipment) -> Element:
    if shipment.invoice_number is None:
        return None
    number = cbc("ID", shipment.invoice_number)
    return cac("SupportingDocumentReference", number, cbc("DocumentTypeCode", "380"))


def _endorser(options: Options) -> Element:
    name = options["issuer"]
    return cac(
        "EndorserParty",
        cbc("RoleCode", _ENDORSER),
        cbc("SequenceNumeric", "1"),
        cac("Party", cac("PartyName", cbc("Name", name))),
        cac("SignatoryContact", cbc("Name", options.get("signatory") or name)),
    )


def _totals(shipment: Shipment) -> Iterator[Element]:
    yield cbc("ID", shipment.reference)
    yield weight("GrossWeightMeasure", shipment.gross_weight)
    yield weight("NetWeightMeasure", net_weight(shipment))
    yield pieces("TotalGoodsItemQuantity", sum(item.quantity for item in shipment.items))
    yield cbc("TotalTransportHandlingUnitQuantity", str(len(shipment.parcels)))


def _consignment(shipment: Shipment) -> Element:
    dangerous = any(item.facts.get("un_number") for item in shipment.items)
    return cac(
        "Consignment",
        cbc("ID", shipment.reference),
        money_of("DeclaredCustomsValueAmount", shipment.goods),
        weight("GrossWeightMeasure", shipment.gross_weight),
        cbc("HazardousRiskIndicator", "true" if dangerous else "false"),
        cbc("TotalPackagesQuantity", str(len(shipment.parcels))),
        party("ConsigneeParty", shipment.consignee),
        party("ExporterParty", shipment.consignor),
        party("ImporterParty", shipment.importer),
        country("FinalDestinationCountry", shipment.consignee.place.country),
        delivery_terms(shipment),
    )


def _common(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from text_faults(shipment, options)
    yield from wanted_mapping(options, "criteria")
    if not shipment.reference.strip():
        yield Fault("/reference", "A shipment has a reference.")


def _packed(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from _common(shipment, options)
    for at, parcel in enumerate(shipment.parcels):
        if not contents_of(shipment, parcel):
            yield Fault(f"/parcels/{at}/contents", "What is in this box is not told.")


def _vouched(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from _common(shipment, options)
    yield from wanted_text(options, "issuer", "Say which chamber or office is asked to certify.")
    yield from wanted_text(options, "issuer_country", "Its country, two letters.", "[A-Z]{2}")
    yield from wanted_text(options, "certificate_type", "Say which certificate it is to be.")


def _kind(
    name: str,
    title: str,
    write: Callable[[Shipment, Options], bytes],
    faults: Callable[[Shipment, Options], Iterator[Fault]],
    *options: str,
) -> Kind:
    def make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
        return write(shipment, options)

    return Kind(
        name=name,
        title=title,
        formats=("xml",),
        make=make,
        faults=lambda shipment, options: tuple(faults(shipment, options)),
        options=("rates", "scheme", *options),
    )


KINDS = (
    _kind("ubl_packing_list", "Packing list in UBL 2.1", packing_list, _packed),
    _kind(
        "ubl_forwarding_instructions",
        "Forwarding instructions in UBL 2.1",
        forwarding_instructions,
        _common,
        "forwarder",
        "instructions",
        "criteria",
    ),
    _kind(
        "ubl_certificate_of_origin",
        "Application for a certificate of origin in UBL 2.1",
        certificate_of_origin,
        _vouched,
        "issuer",
        "issuer_country",
        "certificate_type",
        "criteria",
        "signatory",
    ),
)
