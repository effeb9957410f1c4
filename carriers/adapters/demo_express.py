"""What would a express operator ask? A demonstration: every price of this carrier is invented."""

from carriers import Account, Manifest, Prices

MANIFEST = Manifest(
    code="demo_express",
    name="Demo Express (invented prices)",
    version="1",
    factories={"rates": "carriers.adapters.demo_express:rates"},
    tier="demonstration",
    note="Fictional: no carrier charges these prices",
)


def rates(_: Account) -> Prices:
    """The carrier, from its rate card. Raises `CardError`."""
    # imported here, because whoever lists carriers reads the manifest and no card
    from carriers.rate_cards import embedded_card

    return embedded_card("demo_express")
