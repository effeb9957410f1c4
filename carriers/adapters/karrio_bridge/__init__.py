"""Carriers for which somebody wrote a karrio connector: one manifest for each that is installed.

Announced by an entry point of the group `tidewaiter.carrier_sources`. Nothing of karrio is imported
to know which connectors there are and what they need: their source is read.
"""

from collections.abc import Iterator

from carriers import Manifest


def manifests() -> Iterator[Manifest]:
    """A manifest for each installed connector that asks its carrier for prices."""
    from carriers.adapters.karrio_bridge.connectors import installed, manifest_of

    for connector in installed():
        yield manifest_of(connector)
