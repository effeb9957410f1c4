"""Checks 31 to 36: do goods, parcels, labels and duties arrive as they are?"""

from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

from carriers.booking import Booking, Label, LabelFormat
from carriers.conformance import samples
from carriers.conformance.checks import check
from carriers.conformance.subject import (
    Subject,
    body_of,
    leaves,
    must,
    not_applicable,
    text_of,
)
from carriers.duties import DutyQuote
from carriers.errors import CarrierError, RequestRejected
from carriers.wire import Ask
from data.model.shipment import Shipment

_ABROAD = ("two_tees_us_to_de_dap", "two_tees_us_to_de_ddp", "two_parcels_gb_to_us", "cjk_jp_to_de")
_OUTCOMES = ("cancelled", "refund_requested", "too_late")
_LABEL_STARTS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "zpl": b"^XA"}
_LABEL_ENDS = {"pdf": b"%%EOF", "png": b"IEND\xaeB`\x82", "zpl": b"^XZ"}


@check(
    31, "gold", "Codes, origins and values of the goods reach the carrier whole; so do the terms"
)
def _customs(subject: Subject) -> None:
    asked = [
        (name, ask)
        for name in (*_ABROAD, "no_postcode_gb_to_hk")
        if isinstance(ask := subject.ask_booking(subject.booking(name)), Ask)
    ]
    if not asked:
        not_applicable("it carries nothing abroad")
    for name, ask in asked:
        _must_say_the_goods(name, samples.BOOKINGS[name].shipment, ask)
    request = subject.booking(_ABROAD[0])
    terms = [
        subject.ask_booking(replace(request, shipment=replace(request.shipment, terms=each)))
        for each in ("DAP", "DDP")
    ]
    if all(isinstance(ask, Ask) for ask in terms):
        must(terms[0] != terms[1], "DDP and DAP are asked for alike")


def _must_say_the_goods(name: str, shipment: Shipment, ask: Ask) -> None:
    said = text_of(ask)
    digits = said.replace(".", "")
    values = {_number(value) for _, value in leaves(body_of(ask))}
    for item in shipment.items:
        code = item.hs_code or ""
        must(code in digits, f"{name}: the code {code} is not whole in the request")
        must(item.country_of_origin in said.split(), f"{name}: no origin {item.country_of_origin}")
        if body_of(ask) is not None:
            amounts = {item.unit_price.amount, item.price, item.price / item.quantity}
            must(amounts & values, f"{name}: neither price nor value of {item.description}")


@check(32, "gold", "Ten digits of a code reach a carrier that goes to the United States")
def _ten_digits(subject: Subject) -> None:
    ask = subject.ask_booking(subject.booking("two_parcels_gb_to_us"))
    if isinstance(ask, CarrierError):
        not_applicable(f"it does not go there: {ask.reason}")
    digits = text_of(ask).replace(".", "")
    for item in samples.BOOKINGS["two_parcels_gb_to_us"].shipment.items:
        must((item.hs_code or "") in digits, f"{item.hs_code} is not whole in the request")


@check(33, "gold", "Two parcels have a label and a number each")
def _parcels(subject: Subject) -> None:
    subject.needs("books")
    recorded = [
        r
        for r in subject.good("booking", "labels")
        if len(samples.BOOKINGS[r.sample].shipment.parcels) > 1
    ]
    if not recorded and isinstance(
        subject.ask_booking(subject.booking("two_parcels_gb_to_us")), CarrierError
    ):
        not_applicable("it carries one parcel at a time")
    must(recorded, "no recording of two_parcels_gb_to_us in booking/ or labels/")
    apart = False
    for recording in recorded:
        labels = _labels(subject.reads(recording))
        wanted = list(range(1, len(samples.BOOKINGS[recording.sample].shipment.parcels) + 1))
        got = sorted({label.parcel for label in labels})
        whole = got in ([], [1], wanted)  # none yet, one file for all, or one for each
        must(whole, f"{recording.title}: labels of the parcels {got}, expected {wanted}")
        numbered = all(label.tracking_number for label in labels)
        must(numbered, f"{recording.title}: a label without a number")
        apart = apart or got == wanted
    must(apart, "no recording of two parcels has a label for each")


@check(34, "gold", "A label is really a PDF, a PNG or ZPL, as was asked for")
def _really_labels(subject: Subject) -> None:
    subject.needs("books")
    seen: set[str] = set()
    for recording in subject.good("booking", "labels", "find"):
        for label in _labels(subject.reads(recording)):
            content = label.content.strip()
            starts = content.startswith(_LABEL_STARTS[label.format])
            ends = content.endswith(_LABEL_ENDS[label.format])
            must(starts and ends, f"{recording.title}: {content[:12]!r}… is no {label.format}")
            wanted = recording.more.get("label_format", "pdf")
            if recording.operation != "find":  # it finds what was bought
                must(label.format == wanted, f"{recording.title}: {label.format}, not {wanted}")
            seen.add(label.format)
    for form in get_args(LabelFormat):
        request = replace(subject.booking("two_tees_us_to_de_dap"), label_format=form)
        if isinstance(subject.ask_booking(request), Ask):
            must(form in seen, f"it sells labels as {form}, and no recording has one")


@check(35, "gold", "Duties add up in each currency; a guarantee has an id and an end")
def _duties(subject: Subject) -> None:
    subject.needs("duties")
    for recording in subject.good("duties"):
        quote = subject.reads(recording)
        must(isinstance(quote, DutyQuote), f"{recording.title}: no DutyQuote")
        assert isinstance(quote, DutyQuote)  # noqa: S101 (said above)
        amounts = [amount for item in quote.items for amount in item.amounts] + [*quote.fees]
        must(amounts, f"{recording.title}: no amount at all")
        if quote.guaranteed:
            must(quote.id and quote.expires_at, f"{recording.title}: a guarantee without an end")
        units = {amount.amount.currency for amount in amounts}
        if quote.total is None or units != {quote.total.currency}:
            continue
        if all(item.calculable for item in quote.items) and not quote.warnings:
            total = sum((amount.amount.amount for amount in amounts), Decimal(0))
            must(
                total == quote.total.amount,
                f"{recording.title}: amounts of {total}, a total of {quote.total}",
            )


@check(36, "gold", "A return is asked for as a return; what is given back has a state")
def _returns(subject: Subject) -> None:
    subject.needs("books")
    request = subject.booking("return_de_to_us")
    back, forth = (
        subject.ask_booking(request),
        subject.ask_booking(
            replace(request, is_return=False, shipment=replace(request.shipment, purpose="sale"))
        ),
    )
    if isinstance(back, CarrierError):
        must(isinstance(back, RequestRejected), f"a return is {type(back).__name__}")
    else:
        must(back != forth, "a return and a sale are asked for alike")
    for recording in subject.good("cancel"):
        found: Any = subject.reads(recording)
        must(found.outcome in _OUTCOMES, f"{recording.title}: no state {found.outcome}")


def _labels(result: object) -> tuple[Label, ...]:
    if isinstance(result, Booking):
        return result.labels
    if isinstance(result, tuple | list):
        return tuple(each for each in result if isinstance(each, Label))
    return ()


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None
