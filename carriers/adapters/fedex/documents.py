"""How do customs papers reach FedEx? By upload before the purchase, which then names them."""

from uuid import UUID, uuid5

import orjson

from carriers import Answer, Ask, Booking, Fault, Paper, member
from carriers.adapters.fedex.errors import output
from carriers.adapters.fedex.service import OAUTH, Service, transaction
from carriers.addresses import refuse
from data.model.shipment import Shipment

_PATH = "/documents/v1/etds/upload"
_LARGEST = 5 * 1024 * 1024
_SEAM = UUID("7d9a4a8c-1e0b-5a4f-b1d0-2f6c3e8b5a70")
_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}

DOCUMENT_TYPES = {
    "commercial_invoice": "COMMERCIAL_INVOICE",
    "proforma": "PRO_FORMA_INVOICE",
    "certificate_of_origin": "CERTIFICATE_OF_ORIGIN",
    "packing_list": "OTHER",
    "other": "OTHER",
}
"""FedEx's name of each kind of paper."""


class Documents(Service):
    """FedEx's electronic trade documents."""

    uploads = "before"

    def ask_upload(
        self, shipment: Shipment, paper: Paper, booking: Booking | None
    ) -> tuple[Ask, ...]:
        """Hand a paper over, before the purchase or to one that was made."""
        if len(paper.content) > _LARGEST:
            refuse((Fault("/papers", "FedEx takes papers of up to 5 MB"),))
        name = f"{shipment.reference}-{paper.kind}.{paper.format}"
        meta = {
            "shipDocumentType": DOCUMENT_TYPES[paper.kind],
            "originCountryCode": shipment.consignor.place.country,
            "destinationCountryCode": shipment.consignee.place.country,
        }
        document = {
            "workflowName": "ETDPreshipment",
            "name": name,
            "contentType": _TYPES[paper.format],
            "meta": meta,
        }
        if booking is not None:
            document |= {"workflowName": "ETDPostshipment", "carrierCode": "FDXE"}
            meta |= {
                "trackingNumber": booking.tracking_number,
                "shipmentDate": f"{shipment.on.isoformat()}T00:00:00",
            }
        seam = uuid5(_SEAM, name).hex
        headers = {
            "Content-Type": f"multipart/form-data; boundary={seam}",
            "Accept": "application/json",
            "x-customer-transaction-id": transaction(name),
        }
        body = _form(seam, orjson.dumps(document), name, _TYPES[paper.format], paper.content)
        return (Ask("POST", self._papers + _PATH, headers, body, (OAUTH,)),)

    def read_upload(self, paper: Paper, answers: tuple[Answer, ...]) -> str:
        """FedEx's name for the paper. Raises `CarrierError`."""
        (answer,) = answers
        return str(member(output(answer), "meta", "docId"))


def _form(seam: str, document: bytes, name: str, kind: str, content: bytes) -> bytes:
    """The two parts of an upload: what the paper is, and the paper."""
    line = f"--{seam}\r\n".encode()
    part = 'Content-Disposition: form-data; name="{}"{}\r\nContent-Type: {}\r\n\r\n'
    return b"".join(
        (
            line,
            part.format("document", "", "application/json").encode(),
            document,
            b"\r\n",
            line,
            part.format("attachment", f'; filename="{name}"', kind).encode(),
            content,
            f"\r\n--{seam}--\r\n".encode(),
        )
    )
