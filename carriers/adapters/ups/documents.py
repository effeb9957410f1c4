"""How do papers reach UPS without paper?

Upload first: UPS keeps the file and names it (Forms History); a purchase that names it sends it
along. After a purchase an uploaded paper is pushed to the shipment instead.
"""

import base64

from carriers import Answer, Ask, Booking, Fault, Paper, bad_reply, many, member
from carriers.adapters.ups.errors import part, read
from carriers.adapters.ups.service import Service
from carriers.addresses import refuse
from data.model.shipment import Shipment

_UPLOAD = "/paperlessdocuments/v2/upload"
_PUSH = "/paperlessdocuments/v2/image"
_LARGEST = 10 * 1024 * 1024
_SMALL_PACKAGE = "1"
_FORMATS = {"pdf": "pdf", "png": "png", "jpeg": "jpg"}
_KINDS = {
    "commercial_invoice": "002",
    "certificate_of_origin": "003",
    "packing_list": "010",
    "proforma": "008",
    "other": "008",
}


class Documents(Service):
    """UPS's paperless documents."""

    uploads = "before"

    def ask_upload(
        self, shipment: Shipment, paper: Paper, booking: Booking | None
    ) -> tuple[Ask, ...]:
        """Hand a paper over; or, once it has an id, join it to a purchase."""
        if booking is not None and paper.id:
            return (self._push(shipment, paper, booking),)
        if len(paper.content) > _LARGEST:
            refuse((Fault("/papers", "UPS takes papers of up to 10 MB"),))
        kind = _FORMATS[paper.format]
        context = {"TransactionReference": {"CustomerContext": shipment.reference}}
        body = {
            "UploadRequest": {
                "Request": context,
                "ShipperNumber": self._number,
                "UserCreatedForm": [
                    {
                        "UserCreatedFormFileName": f"{paper.kind}.{kind}",
                        "UserCreatedFormFileFormat": kind,
                        "UserCreatedFormDocumentType": _KINDS[paper.kind],
                        "UserCreatedFormFile": base64.b64encode(paper.content).decode(),
                    }
                ],
            }
        }
        seed = f"{shipment.reference} {paper.kind}"
        return (self._post(_UPLOAD, body, seed, {"ShipperNumber": self._number}),)

    def read_upload(self, paper: Paper, answers: tuple[Answer, ...]) -> str:
        """UPS's name for the paper. Raises `CarrierError`."""
        (answer,) = answers
        body = read(answer)
        if "PushToImageRepositoryResponse" in body:
            pushed = part(body, "PushToImageRepositoryResponse")
            return str(pushed.get("FormsGroupID") or paper.id)
        names = many(member(body, "UploadResponse", "FormsHistoryDocumentID", "DocumentID"))
        if len(names) != 1 or not names[0]:
            raise bad_reply(f"{len(names)} names for one paper")
        return str(names[0])

    def _push(self, shipment: Shipment, paper: Paper, booking: Booking) -> Ask:
        context = {"TransactionReference": {"CustomerContext": shipment.reference}}
        body = {
            "PushToImageRepositoryRequest": {
                "Request": context,
                "ShipperNumber": self._number,
                "FormsHistoryDocumentID": {"DocumentID": [paper.id]},
                "ShipmentIdentifier": booking.carrier_id,
                "ShipmentDateAndTime": f"{shipment.on:%Y-%m-%d}-00.00.00",
                "ShipmentType": _SMALL_PACKAGE,
                "TrackingNumber": [booking.tracking_number],
            }
        }
        seed = f"{shipment.reference} {paper.id}"
        return self._post(_PUSH, body, seed, {"ShipperNumber": self._number})
