"""Shipments for the tests of data messages: the package's samples, the kit's, and drawn ones."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from carriers.conformance.samples import BOOKINGS
from customs.documents.registry import faults_of
from customs.documents.samples import shipment_named as sample
from data.model.consignment import GoodsItem, Parcel, PreferenceClaim
from data.model.money import minor_digits, money
from data.model.places import Place
from data.model.shipment import Party, Shipment

TEXTS = st.text(
    st.characters(
        blacklist_categories=("Cc", "Cs", "Zl", "Zp", "Cn"), blacklist_characters="\ufffe"
    ),
    min_size=1,
    max_size=60,
).filter(lambda text: text.strip() == text and text.isprintable())
"""Letters of every script, right to left ones and pictures too; no control characters."""

_CODES = ("610910", "61091000", "6109100010", "4202929890", "847130", "9503004100")


def _kit(shipment: Shipment) -> Shipment:
    """A shipment of the carriers' kit with what papers want beyond labels."""
    importer = shipment.consignee if shipment.terms == "DDP" else None
    place = shipment.consignee.place.city
    items = [
        replace(item, facts={"manufacturer_id": f"M-{item.id}"}, sku=item.sku or f"S-{item.id}")
        for item in shipment.items
    ]
    return replace(shipment, terms_place=place, importer=importer, items=tuple(items))


SHIPMENTS = {
    **{
        name: sample(name)
        for name in ("tshirts", "knitwear", "drills", "mugs", "tshirts_wholesale")
    },
    **{name: _kit(booking.shipment) for name, booking in BOOKINGS.items()},
}


def faults(kind: str, shipment: Shipment, **options: object) -> dict[str, str]:
    """What keeps a message from being made, by pointer."""
    return {fault.pointer: fault.detail for fault in faults_of(kind, shipment, options)}


@st.composite
def parties(draw: st.DrawFn, country: str, **changes: object) -> Party:
    """A person or company in a country."""
    return Party(
        draw(TEXTS),
        Place(
            country, None, draw(st.none() | st.from_regex(r"[A-Z0-9]{4,8}", fullmatch=True)), "Ely"
        ),
        tuple(draw(st.lists(TEXTS, min_size=1, max_size=3))),
        draw(st.none() | TEXTS),
        draw(st.none() | st.just("+49 30 5550 1042")),
        draw(st.none() | st.just("a@b.example")),
        **{"is_business": draw(st.booleans()), **changes},
    )


@st.composite
def items(draw: st.DrawFn, at: int, code: str, currency: str, most: int) -> GoodsItem:
    """A line with a price that can be paid, and a discount that is less."""
    digits = minor_digits(currency)
    quantity = draw(st.integers(1, 9))
    price = Decimal(draw(st.integers(1, most))).scaleb(-digits)
    discount = Decimal(draw(st.integers(0, int((price * quantity).scaleb(digits)) // 2)))
    return GoodsItem(
        str(at),
        quantity,
        money(price, currency),
        discount.scaleb(-digits),
        draw(TEXTS),
        f"Cotton T-shirt {draw(TEXTS)}",
        code,
        draw(st.sampled_from(("CN", "US", "BD", "GB"))),
        Decimal(draw(st.integers(1, 5000))).scaleb(-3),
        facts={"manufacturer_id": draw(TEXTS)}
        | draw(st.sampled_from(({}, {"un_number": "UN3481"}, {"composition": "100 % cotton"}))),
    )


@st.composite
def shipments(
    draw: st.DrawFn,
    origin: str = "CN",
    destination: str = "DE",
    currency: str | None = None,
    most: int = 500_000,
    codes: tuple[str, ...] = _CODES,
    **changes: object,
) -> Shipment:
    """A whole shipment that agrees with itself."""
    code = currency or draw(st.sampled_from(("EUR", "USD", "JPY", "KWD")))
    count = draw(st.integers(1, 4))
    lines = tuple(
        draw(items(at, draw(st.sampled_from(codes)), code, most)) for at in range(1, count + 1)
    )
    boxes = draw(st.integers(1, 2))
    contents: list[dict[str, int]] = [{} for _ in range(boxes)]
    for line in lines:
        first = draw(st.integers(0, line.quantity)) if boxes > 1 else line.quantity
        for box, pieces in zip(contents, (first, line.quantity - first), strict=False):
            if pieces:
                box[line.id] = pieces
    contents = [box for box in contents if box]
    net = sum(((line.net_weight or Decimal(0)) for line in lines), Decimal(0))
    packaging = Decimal(draw(st.integers(0, 2000))).scaleb(-3)
    weights = [net + packaging, *[Decimal(1)] * (len(contents) - 1)]
    parcels = tuple(
        Parcel(weight, draw(st.none() | st.just((Decimal(30), Decimal(20), Decimal("5.5")))), box)
        for weight, box in zip(weights, contents, strict=True)
    )
    charge = Decimal(draw(st.integers(0, 5000))).scaleb(-minor_digits(code))
    made = Shipment(
        draw(st.from_regex(r"[A-Z]{2}-[0-9]{1,8}", fullmatch=True)),
        date(2026, 11, 20),
        draw(parties(origin)),
        draw(parties(destination)),
        lines,
        parcels,
        "DAP",
        freight=draw(st.none() | st.just(money(charge, code))),
        insurance=draw(st.none() | st.just(money(charge, code))),
        invoice_number=draw(st.from_regex(r"[A-Z0-9-]{1,12}", fullmatch=True)),
        invoice_day=date(2026, 11, 19),
        terms_place="Ely",
        comments=draw(st.none() | TEXTS),
    )
    return replace(made, **changes)


def claimed(item: GoodsItem, agreement: str, *documents: str) -> GoodsItem:
    """A line that claims an agreement, with the codes of its proof."""
    return replace(item, preference=PreferenceClaim(agreement), documents=documents)
