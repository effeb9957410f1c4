"""How do customs papers reach DHL Express without paper, with the purchase or after it?"""

import base64
from collections.abc import Mapping, Sequence

from carriers.adapters.dhl_express.errors import content
from carriers.adapters.dhl_express.service import Service
from carriers.answers import bad_reply
from carriers.booking import Booking, Paper
from carriers.errors import Fault, RequestRejected
from carriers.wire import Answer, Ask
from data.model.shipment import Shipment

_KINDS: Mapping[str, str] = {
    "commercial_invoice": "CIN",
    "proforma": "PNV",
    "certificate_of_origin": "COO",
}
"""DHL's types of the papers that it takes electronically."""


def images_of(papers: Sequence[Paper]) -> list[dict[str, str]]:
    """Papers as DHL takes them. Raises `RequestRejected` for a kind that it does not take."""
    faults = tuple(
        Fault(f"/papers/{place}", f"DHL Express takes no {paper.kind} without paper")
        for place, paper in enumerate(papers)
        if paper.kind not in _KINDS
    )
    if faults:
        reason = f"DHL Express takes electronically only: {', '.join(_KINDS)}"
        raise RequestRejected(reason, "unsupported", faults=faults, sent=False)
    return [
        {
            "typeCode": _KINDS[paper.kind],
            "imageFormat": paper.format.upper(),
            "content": base64.b64encode(paper.content).decode(),
        }
        for paper in papers
    ]


class UploadsPapers(Service):
    """Papers that come after the purchase; those that are there before it go with it."""

    uploads = "after"

    def ask_upload(
        self, shipment: Shipment, paper: Paper, booking: Booking | None
    ) -> tuple[Ask, ...]:
        """The request that hands a paper over. Raises `RequestRejected` without a purchase."""
        number, _, product = (booking.carrier_id if booking else "").partition("/")
        if not number or not product:
            raise RequestRejected(
                "DHL Express takes papers with a purchase, or for one that it sold through here",
                "unsupported",
                sent=False,
            )
        body = {
            "originalPlannedShippingDate": shipment.on.isoformat(),
            "accounts": self.accounts(),
            "productCode": product,
            "documentImages": images_of((paper,)),
        }
        return (self.send("PATCH", f"/shipments/{number}/upload-image", body),)

    def read_upload(self, paper: Paper, answers: tuple[Answer, ...]) -> str:
        """DHL's type of the paper: it gives papers no name. Raises `CarrierError`."""
        if not answers:
            raise bad_reply("nothing")
        for answer in answers:
            if answer.status >= 300 or answer.body.strip():  # all is well when DHL says nothing
                content(answer, "shipment", "status")
        return _KINDS[paper.kind]
