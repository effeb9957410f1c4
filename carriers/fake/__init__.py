"""A carrier that is not there: everything about it is invented, so that all can be tried off-line.

``flask --app wsgi carriers fake`` runs it as a process of its own. It prices, sells, finds, tracks
and takes back labels over HTTP, keeps a log of what it sold, and misbehaves on demand.
"""

from carriers import Manifest, Setting

PORTS = range(9500, 9510)

MANIFEST = Manifest(
    code="fake",
    name="Fake Carrier (invented, off-line)",
    version="1",
    factories=dict.fromkeys(
        ("rates", "books", "tracks", "documents"), "carriers.fake.adapter:Fake"
    ),
    tier="demonstration",
    note="Fictional: it carries nothing and charges nobody",
    settings=(
        Setting("url", "Address of the fake carrier, http://127.0.0.1:9500"),
        Setting("token", "Any word; it is asked for to show how secrets are kept", secret=True),
        Setting(
            "labels",
            "Whether labels come with the purchase",
            required=False,
            choices=("inline", "apart"),
        ),
    ),
    hosts=tuple(f"{host}:{port}" for host in ("127.0.0.1", "localhost") for port in PORTS),
    reconcile="lookup_by_reference",
)
