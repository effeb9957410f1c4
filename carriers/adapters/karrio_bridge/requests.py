"""How is a question put to karrio?

Its weights and amounts are floats. This is the border: a decimal becomes the float of its own
spelling here and nowhere else, and no sum is made of any.
"""

from decimal import Decimal
from typing import Any

from carriers import Fault, RateRequest, RequestRejected
from carriers.adapters.karrio_bridge.loading import karrio
from data.model.consignment import Parcel
from data.model.places import Place


def write_request(request: RateRequest) -> Any:
    """The question as karrio has it. Raises `RequestRejected` without a weight."""
    if not request.parcels:
        fault = Fault("/parcels", "a connector of karrio needs the weight of each parcel")
        raise RequestRejected(fault.detail, "validation", faults=(fault,), sent=False)
    models, core = karrio("karrio.core.models"), karrio("karrio.core.utils")
    crosses = request.ship_from.country != request.ship_to.country
    body = {
        "shipper": _address(request.ship_from, residential=False),
        "recipient": _address(request.ship_to, residential=request.residential),
        "parcels": [_parcel(parcel) for parcel in request.parcels],
        "options": {"shipment_date": request.on.isoformat()},
        **({"customs": _customs(request)} if crosses and request.items else {}),
    }
    return core.DP.to_object(models.RateRequest, body)


def _address(place: Place, *, residential: bool) -> dict[str, Any]:
    found = {
        "country_code": place.country,
        "postal_code": place.postal_code,
        "city": place.city,
        "state_code": place.region,
        "residential": residential,
    }
    return {name: value for name, value in found.items() if value is not None}


def _parcel(parcel: Parcel) -> dict[str, Any]:
    found: dict[str, Any] = {"weight": _float(parcel.weight), "weight_unit": "KG"}
    if parcel.dimensions is not None:
        sides = sorted(parcel.dimensions, reverse=True)
        names = ("length", "width", "height")
        found |= {name: _float(side) for name, side in zip(names, sides, strict=True)}
        found["dimension_unit"] = "CM"
    return found


def _customs(request: RateRequest) -> dict[str, Any]:
    declared = request.declared_value
    return {
        "content_type": "merchandise",
        "duty": {
            "declared_value": _float(declared.amount),
            "currency": declared.currency.code,
            "paid_by": "recipient",
        },
        "commodities": [
            {
                "title": item.description,
                "quantity": item.quantity,
                "weight": _float(item.unit_weight or Decimal(0)),
                "weight_unit": "KG",
                "value_amount": _float(item.unit_price.amount),
                "value_currency": item.unit_price.currency.code,
                "hs_code": item.hs_code,
                "origin_country": item.country_of_origin,
            }
            for item in request.items
        ],
    }


def _float(value: Decimal) -> float:
    return float(str(value))
