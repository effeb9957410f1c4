"""What is asked? Two carts of five lines whose every fact is known, so that no question is open.

Two express services under two sets of terms answer them: four options.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

Line = tuple[str, str, str, int, str]
"""Code, what it is, price, pieces, weight in kilograms."""

_TO_US: tuple[Line, ...] = (
    ("6109.10.00.12", "Men's cotton T-shirt", "12.50", 3, "0.2"),
    ("4202.92.31.31", "Backpack of man-made fibres", "35.00", 1, "0.8"),
    ("6403.99.60.75", "Leather shoes", "60.00", 1, "1.1"),
    ("9503.00.00.73", "Plastic toy figure", "15.00", 2, "0.4"),
    ("3924.10.40.00", "Plastic tableware", "9.00", 4, "0.3"),
)
_TO_DE: tuple[Line, ...] = (
    ("6109.10.00", "Men's cotton T-shirt", "12.50", 3, "0.2"),
    ("4202.92.98", "Backpack of man-made fibres", "35.00", 1, "0.8"),
    ("6403.99.93", "Leather shoes", "60.00", 1, "1.1"),
    ("9503.00.41", "Stuffed toy animal", "15.00", 2, "0.4"),
    ("3924.10.00", "Plastic tableware", "9.00", 4, "0.3"),
)
_PLACES: Mapping[str, dict[str, str]] = {
    "US": {"country": "US", "region": "CA", "postal_code": "90021", "city": "Los Angeles"},
    "DE": {"country": "DE", "postal_code": "10115", "city": "Berlin"},
}


def cart(destination: str, *, store: bool = False) -> dict[str, Any]:
    """The body of a quote request from China to ``US`` or ``DE``."""
    lines, currency, locale = {
        "US": (_TO_US, "USD", "en-US"),
        "DE": (_TO_DE, "EUR", "de-DE"),
    }[destination]
    return {
        "reference": "cart-1042",
        "as_of": "2026-11-20",
        "currency": currency,
        "locale": locale,
        "terms": ["DDP", "DAP"],
        "ship_from": {"country": "CN", "postal_code": "518000", "city": "Shenzhen"},
        "ship_to": _PLACES[destination],
        "buyer": {"type": "consumer", "name": "Ann Buyer"},
        "seller": {"name": "Shenzhen Goods", "registrations": []},
        "lines": _lines(lines, currency),
        "mode": "express",
        "store": store,
    }


def long_cart(destination: str, lines: int) -> dict[str, Any]:
    """As many lines as asked for of the cart's goods: one light, cheap piece each, no two alike."""
    body = cart(destination)
    body["lines"] = [
        {
            **body["lines"][number % len(body["lines"])],
            "id": str(number + 1),
            "quantity": 1,
            "unit_price": {"amount": f"{1 + number / 100:.2f}", "currency": body["currency"]},
            "unit_weight": {"value": "0.02", "unit": "kg"},
            "dimensions": None,
        }
        for number in range(lines)
    ]
    return body


def _lines(lines: Iterable[Line], currency: str) -> list[dict[str, Any]]:
    return [
        {
            "id": str(number),
            "sku": f"SKU-{number}",
            "description": description,
            "quantity": pieces,
            "unit_price": {"amount": price, "currency": currency},
            "hs_code": code,
            "country_of_origin": "CN",
            "unit_weight": {"value": weight, "unit": "kg"},
            "dimensions": {"length": "30", "width": "20", "height": "5", "unit": "cm"},
        }
        for number, (code, description, price, pieces, weight) in enumerate(lines, 1)
    ]


def http_bytes(path: str, body: Mapping[str, Any]) -> bytes:
    """A whole HTTP request, made once and sent many times."""
    sent = json.dumps(body, separators=(",", ":")).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(sent)}\r\n\r\n"
    )
    return head.encode() + sent
