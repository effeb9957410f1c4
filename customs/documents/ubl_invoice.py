"""What was sold, as data? The invoice in UBL 2.1.

It is a customs invoice: it passes the schema of UBL, and makes no claim to be an electronic invoice
under a tax law. Options: ``rates``, ``scheme``.
"""

from collections.abc import Iterator

from customs.documents.faults import Fault
from customs.documents.invoice import total_of
from customs.documents.kinds import Format, Kind, Options
from customs.documents.messages import text_faults, xml_bytes
from customs.documents.ubl import (
    Element,
    address,
    cac,
    cbc,
    country,
    delivery_terms,
    document,
    item_of,
    money_of,
    net_weight,
    party,
    pieces,
    sent_registrations,
    weight,
)
from data.model.consignment import GoodsItem
from data.model.money import Money, currency
from data.model.shipment import Shipment

OPTIONS = ("rates", "scheme")
_SALE, _NO_SALE = "380", "325"
"""UNTDID 1001: commercial invoice, pro forma invoice."""
_CHARGES = {"freight": "FC", "insurance": "IN"}
"""UNTDID 7161 by our names."""


def xml_of(shipment: Shipment, options: Options) -> bytes:
    """The invoice of a shipment; of one that is no sale, the pro forma."""
    total = Money(total_of(shipment), currency(shipment.currency))
    charged = Money(total.amount - shipment.goods.amount, total.currency)
    number = shipment.invoice_number or shipment.reference
    return xml_bytes(
        document(
            "Invoice",
            cbc("ID", number),
            cbc("IssueDate", (shipment.invoice_day or shipment.on).isoformat()),
            cbc("InvoiceTypeCode", _SALE if shipment.purpose == "sale" else _NO_SALE),
            cbc("Note", f"Reason for export: {shipment.purpose}"),
            cbc("Note", shipment.comments),
            cbc("DocumentCurrencyCode", shipment.currency),
            cbc("LineCountNumeric", str(len(shipment.items))),
            cac("OrderReference", cbc("ID", shipment.reference)),
            cac(
                "AccountingSupplierParty",
                party("Party", shipment.consignor, sent_registrations(shipment, options)),
            ),
            cac("AccountingCustomerParty", party("Party", shipment.consignee)),
            _delivery(shipment),
            delivery_terms(shipment),
            [
                _charge(word, getattr(shipment, word), code)
                for word, code in _CHARGES.items()
                if getattr(shipment, word) is not None
            ],
            cac(
                "LegalMonetaryTotal",
                money_of("LineExtensionAmount", shipment.goods),
                money_of("TaxExclusiveAmount", total),
                money_of("ChargeTotalAmount", charged),
                money_of("PayableAmount", total),
            ),
            [_line(item) for item in shipment.items],
        )
    )


def _charge(word: str, amount: Money, code: str) -> Element:
    return cac(
        "AllowanceCharge",
        cbc("ChargeIndicator", "true"),
        cbc("AllowanceChargeReasonCode", code),
        cbc("AllowanceChargeReason", word),
        money_of("Amount", amount),
    )


def _delivery(shipment: Shipment) -> Element:
    """Where the goods go, what they weigh, and who imports them."""
    return cac(
        "Delivery",
        address("DeliveryAddress", shipment.consignee),
        cac(
            "Shipment",
            cbc("ID", shipment.reference),
            weight("GrossWeightMeasure", shipment.gross_weight),
            weight("NetWeightMeasure", net_weight(shipment)),
            cbc("TotalTransportHandlingUnitQuantity", str(len(shipment.parcels))),
            cac(
                "Consignment",
                cbc("ID", shipment.reference),
                party("ImporterParty", shipment.importer),
                country("OriginalDepartureCountry", shipment.consignor.place.country),
                country("FinalDestinationCountry", shipment.consignee.place.country),
            ),
            country("ExportCountry", shipment.consignor.place.country),
        ),
    )


def _line(item: GoodsItem) -> Element:
    price = item.unit_price
    discount = Money(item.discount, price.currency)
    return cac(
        "InvoiceLine",
        cbc("ID", item.id),
        pieces("InvoicedQuantity", item.quantity),
        money_of("LineExtensionAmount", Money(item.price, price.currency)),
        cac(
            "AllowanceCharge",
            cbc("ChargeIndicator", "false"),
            cbc("AllowanceChargeReason", "discount"),
            money_of("Amount", discount),
        )
        if item.discount
        else None,
        item_of(item),
        cac("Price", money_of("PriceAmount", price), pieces("BaseQuantity", 1)),
    )


def _faults(shipment: Shipment, options: Options) -> Iterator[Fault]:
    yield from text_faults(shipment, options)
    if shipment.purpose == "sale" and not (shipment.invoice_number or "").strip():
        yield Fault("/invoice_number", "An invoice has a number.")
    if not shipment.reference.strip():
        yield Fault("/reference", "A shipment has a reference.")


def _make(shipment: Shipment, form: Format, language: str, options: Options) -> bytes:
    return xml_of(shipment, options)


KINDS = (
    Kind(
        name="ubl_invoice",
        title="Invoice in UBL 2.1",
        formats=("xml",),
        make=_make,
        faults=lambda shipment, options: tuple(_faults(shipment, options)),
        options=OPTIONS,
    ),
)
