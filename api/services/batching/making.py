"""How are the papers of one order made?"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from api.services.batching.faults import Cells, RowFault
from api.services.documenting import make_document
from customs.documents import registry
from customs.documents.faults import RefusedError
from customs.documents.kinds import Kind
from customs.rulebook import Rulebook
from data.model.shipment import Shipment
from data.model.shipment_records import read_shipment
from data.store.batches import OrderState, StoredOrder

_LOG = logging.getLogger(__name__)
Json = Mapping[str, Any]
Rulebooks = Callable[[], Rulebook]


class Making:
    """Makes the papers that a batch wishes, order by order; the same order, the same bytes."""

    def __init__(self, wish: Json, rulebook: Rulebooks) -> None:
        self._wish = wish
        self._rulebook = rulebook

    def papers(self, order: StoredOrder) -> tuple[StoredOrder, dict[str, bytes]]:
        """An order with what became of it, and its papers by file name."""
        shipment = read_shipment(dict(order.record or {}))
        cells = self._cells(order)
        made: dict[str, bytes] = {}
        told: list[dict[str, Any]] = []
        refused: dict[tuple[str, str, str], list[str]] = {}
        for name in self._wish["kinds"]:
            kind = registry.kind(name)
            try:
                content = self.one(kind, shipment, order.options)
            except RefusedError as error:
                for fault in error.faults:
                    refused.setdefault((fault.pointer, "refused", fault.detail), []).append(name)
            except OSError:
                raise
            except Exception:
                _LOG.exception("a %s of order %s could not be made", name, order.number)
                detail = "The service made a mistake; it has been logged."
                refused.setdefault(("", "internal-error", detail), []).append(name)
            else:
                file = file_of(kind)
                made[file] = content
                digest = sha256(content).hexdigest()
                told.append({"kind": name, "name": file, "size": len(content), "sha256": digest})
        faults = [
            cells.fault(pointer, code, detail, kinds=kinds)
            for (pointer, code, detail), kinds in refused.items()
        ]
        return _finished(order, told, faults), made

    def one(self, kind: Kind, shipment: Shipment, options: Json) -> bytes:
        """One paper. Raises `RefusedError`."""
        given = dict((self._wish.get("options") or {}).get(kind.name) or {})
        given |= {name: value for name, value in options.items() if name in kind.options}
        wanted = self._wish.get("language") or "en"
        language = wanted if wanted in kind.languages else kind.languages[0]
        form = kind.formats[0]
        return make_document(self._rulebook, kind.name, shipment, form, language, given).content

    def again(self, order: StoredOrder, kind: str) -> bytes:
        """A paper that was made before and is not on the disk as it was."""
        shipment = read_shipment(dict(order.record or {}))
        return self.one(registry.kind(kind), shipment, order.options)

    def _cells(self, order: StoredOrder) -> Cells:
        layout = self._wish["layout"]
        return Cells(order.rows[0], order.lines, layout["columns"], layout["header"])


def file_of(kind: Kind) -> str:
    """What a kind's file is called in the folder of an order."""
    return f"{kind.name}.{kind.formats[0]}"


def _finished(
    order: StoredOrder, told: list[dict[str, Any]], faults: list[RowFault]
) -> StoredOrder:
    state: OrderState = "made" if not faults else "partial" if told else "refused"
    written = [fault.written() for fault in faults]
    return replace(order, state=state, faults=written, papers=told)


def given_up(order: StoredOrder) -> StoredOrder:
    """An order that ended every process that tried to make it."""
    first = order.rows[0]
    detail = "Making its papers ended the process, again and again; it has been logged."
    fault = RowFault(
        first, None, None, None, "", "internal-error", detail, "Tell the service's people."
    )
    return _finished(order, [], [fault])
