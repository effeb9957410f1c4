"""What would a post operator ask? A demonstration: every price of this carrier is invented."""

from carriers import Account, Manifest, Prices

MANIFEST = Manifest(
    code="demo_post",
    name="Demo Post (invented prices)",
    version="1",
    factories={"rates": "carriers.adapters.demo_post:rates"},
    tier="demonstration",
    note="Fictional: no carrier charges these prices",
)


def rates(_: Account) -> Prices:
    """The carrier, from its rate card. Raises `CardError`."""
    # imported here, because whoever lists carriers reads the manifest and no card
    from carriers.rate_cards import embedded_card

    return embedded_card("demo_post")
