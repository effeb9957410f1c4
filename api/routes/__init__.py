"""Which resource answers which path? One file per resource; none computes anything."""

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from api.assembly import Services


def services() -> "Services":
    """What the app was assembled from."""
    return cast("Services", current_app.extensions["tidewaiter"])
