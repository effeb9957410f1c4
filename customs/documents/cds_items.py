"""What does a declaration to CDS say of each line of goods?"""

from collections.abc import Iterator, Sequence

from customs.documents.cds_parts import Element, data_set_of, fact, is_of_the_islands, wco
from customs.documents.kinds import Options
from customs.documents.messages import amount_text, boxes_of_lines, gross_weights, plain
from data.model.consignment import GoodsItem
from data.model.shipment import Shipment

_CN = 8


def goods_items(shipment: Shipment, options: Options) -> Iterator[Element]:
    """Every line as an item of the declaration."""
    weights, boxes = gross_weights(shipment), boxes_of_lines(shipment)
    name = data_set_of(options)
    full = name == "h1"
    for at, item in enumerate(shipment.items):
        code = shipment.currency
        value = amount_text(item.price, code)
        yield wco(
            "GovernmentAgencyGoodsItem",
            wco("CustomsValueAmount", value, currencyID=code) if name == "srds" else None,
            wco("SequenceNumeric", str(at + 1)),
            _documents(shipment, item, options),
            _statements(shipment, options),
            wco(
                "Commodity",
                wco("Description", item.description),
                _classification(item, name),
                _taxes(shipment, item, options) if full else None,
                wco(
                    "GoodsMeasure",
                    wco("GrossMassMeasure", plain(weights[at])),
                    wco("NetNetWeightMeasure", plain(item.net_weight or weights[at]))
                    if name != "srds"
                    else None,
                ),
                wco("InvoiceLine", wco("ItemChargeAmount", value, currencyID=code))
                if name != "srds"
                else None,
            ),
            wco("CustomsValuation", wco("MethodCode", valuation(shipment, options)))
            if full
            else None,
            _procedures(shipment, options),
            _origin(shipment, item) if full else None,
            _packaging(shipment, boxes[at]) if name != "srds" else None,
            wco("ValuationAdjustment", wco("AdditionCode", options.get("valuation_indicator")))
            if full
            else None,
        )


def _classification(item: GoodsItem, name: str) -> Iterator[Element]:
    if name == "birds":
        return
    digits = item.hs_code or ""
    yield wco("Classification", wco("ID", digits[:_CN]), wco("IdentificationTypeCode", "TSP"))
    if name == "h1":
        yield wco("Classification", wco("ID", digits[_CN:]), wco("IdentificationTypeCode", "TRC"))


def _document(code: str, number: str | None, status: str | None = None) -> Element:
    return wco(
        "AdditionalDocument",
        wco("CategoryCode", code[0]),
        wco("ID", number),
        wco("TypeCode", code[1:]),
        wco("LPCOExemptionCode", status),
    )


def _documents(shipment: Shipment, item: GoodsItem, options: Options) -> Iterator[Element]:
    """Data element 2/3: the invoice, the line's own documents, an authorisation."""
    name = data_set_of(options)
    if name == "h1" and shipment.invoice_number:
        yield _document(
            fact("codes", "invoice", shipment) or "",
            shipment.invoice_number,
            fact("codes", "invoice_status", shipment),
        )
    if name == "birds":
        kind = fact("birds", "authorisation", shipment)
        yield _document(f"1{kind}", options["authorisation_document"])
    numbers = options.get("document_ids") or {}
    for code in item.documents:
        yield _document(code, numbers.get(code))


def _statements(shipment: Shipment, options: Options) -> Iterator[Element]:
    """Data element 2/2: the marker of Northern Ireland, and who the declarant is."""
    if shipment.consignee.place.territory == "XI":
        home = shipment.consignor.place.territory == "GB"
        marker = fact("northern_ireland", "great_britain" if home else "rest_of_world", shipment)
        yield wco("AdditionalInformation", wco("StatementCode", marker))
    if options["declarant"] == options.get("importer"):
        yield wco(
            "AdditionalInformation",
            wco("StatementCode", fact("codes", "importer_is_declarant", shipment)),
            wco("StatementDescription", "IMPORTER"),
        )


def _taxes(shipment: Shipment, item: GoodsItem, options: Options) -> Iterator[Element]:
    """Which taxes are due, how they are paid, and which preference is claimed."""
    paid = wco("Payment", wco("MethodCode", options["payment_method"]))
    yield wco(
        "DutyTaxFee",
        wco("DutyRegimeCode", fact("codes", _preference(item), shipment)),
        wco("TypeCode", fact("codes", "customs_duty", shipment)),
        paid,
    )
    yield wco(
        "DutyTaxFee",
        wco("TypeCode", fact("codes", "vat", shipment)),
        wco("Payment", wco("MethodCode", options["payment_method"])),
    )


def _preference(item: GoodsItem) -> str:
    if item.preference is None:
        return "preference_none"
    developing = item.preference.agreement.startswith(("gsp", "dcts"))
    return "preference_developing" if developing else "preference_agreement"


def valuation(shipment: Shipment, options: Options) -> str | None:
    """Data element 4/16: what is sold has the value of its sale."""
    said: str | None = options.get("valuation_method")
    if said is None and shipment.purpose == "sale":
        return fact("codes", "transaction_value", shipment)
    return said


def _procedures(shipment: Shipment, options: Options) -> Iterator[Element]:
    """Data elements 1/10 and 1/11."""
    code = options.get("procedure") or fact("procedures", data_set_of(options), shipment) or ""
    current, previous = wco("CurrentCode", code[:2]), wco("PreviousCode", code[2:])
    yield wco("GovernmentProcedure", current, previous)
    for additional in _additional(shipment, options):
        yield wco("GovernmentProcedure", wco("CurrentCode", additional))


def _additional(shipment: Shipment, options: Options) -> Sequence[str | None]:
    name = data_set_of(options)
    if name == "srds":
        words = ["srds", "gift" if shipment.purpose == "gift" else "low_value"]
    elif name == "birds":
        words = ["birds", *(["channel_islands"] if is_of_the_islands(shipment) else [])]
    else:
        said: Sequence[str] = options.get("additional_procedures") or ()
        if said:
            return said
        words = ["none"]
    return [fact("additional_procedures", word, shipment) for word in words]


def _origin(shipment: Shipment, item: GoodsItem) -> Element:
    kind = "preferential_origin" if item.preference else "origin"
    return wco(
        "Origin",
        wco("CountryCode", item.country_of_origin),
        wco("TypeCode", fact("codes", kind, shipment)),
    )


def _packaging(shipment: Shipment, boxes: int) -> Element:
    return wco(
        "Packaging",
        wco("SequenceNumeric", "1"),
        wco("MarksNumbersID", shipment.reference),
        wco("QuantityQuantity", str(boxes)),
        wco("TypeCode", fact("codes", "package", shipment)),
    )
