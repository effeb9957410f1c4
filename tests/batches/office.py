"""Two accounts that hand in files of orders, over a database of their own."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.assembly import assemble
from api.settings import Settings
from tests.batches.order_files import wish

Json = dict[str, Any]


FORM = "multipart/form-data; boundary=cut"


def form_of(content: bytes, wished: bytes) -> bytes:
    """The two parts; the test client would keep a large file open."""
    head = b'--cut\r\nContent-Disposition: form-data; name="%s"'
    parts = (
        head % b"wish" + b"\r\n\r\n" + wished,
        head % b"file" + b'; filename="orders"\r\n\r\n' + content,
        b"--cut--\r\n",
    )
    return b"\r\n".join(parts)


class Office:
    """A service with two accounts, and a worker that works when it is told to."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.services = assemble(settings)
        self.keys = {name: self.services.storage.create_key(name, "test") for name in "ab"}
        self.client = create_app(self.services).test_client()

    def ask(self, path: str, method: str = "GET", account: str = "a", **kwargs: Any) -> Any:
        """Ask with an account's key."""
        headers = {"Authorization": f"Bearer {self.keys[account]}", **kwargs.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, buffered=True, **kwargs)

    def hand_in(
        self,
        content: bytes,
        key: str | None = "k",
        account: str = "a",
        path: str = "/v1/batches",
        **changes: Any,
    ) -> Any:
        """Hand in a file."""
        headers = {} if key is None else {"Idempotency-Key": key}
        form = form_of(content, json.dumps(wish(**changes)).encode())
        return self.ask(path, "POST", account, data=form, headers=headers, content_type=FORM)

    def preview(self, content: bytes, **changes: Any) -> Any:
        """See how a file would be read."""
        return self.hand_in(content, None, path="/v1/batches/preview", **changes)

    def worked(self, content: bytes, **changes: Any) -> Json:
        """Hand in a file and work on it to its end."""
        answer = self.hand_in(content, **changes)
        assert answer.status_code == 202, answer.get_json()
        self.services.batch_working().work_on(answer.get_json()["id"])
        return self.standing(answer.get_json()["id"])

    def standing(self, batch: str) -> Json:
        """How a batch stands."""
        found: Json = self.ask(f"/v1/batches/{batch}").get_json()
        return found

    def file(self, batch: str, name: str) -> bytes:
        """A result."""
        answer = self.ask(f"/v1/batches/{batch}/files/{name}")
        assert answer.status_code == 200, answer.get_json()
        content: bytes = answer.data
        return content

    def archive(self, batch: str) -> zipfile.ZipFile:
        """The ZIP of a batch."""
        return zipfile.ZipFile(io.BytesIO(self.file(batch, "orders.zip")))

    def close(self) -> None:
        """End the process."""
        self.services.storage.engine.dispose()


@pytest.fixture(name="office")
def office_fixture(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """An office over SQLite and PostgreSQL in turn."""
    office = Office(Settings(data_dir=tmp_path / "data", database_url=database_url))
    yield office
    office.close()


@pytest.fixture(name="small_office")
def small_office_fixture(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Office]:
    """An office over SQLite, where the database does not matter."""
    (tmp_path / "store.db").write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{tmp_path / 'store.db'}"
    office = Office(Settings(data_dir=tmp_path / "data", database_url=url))
    yield office
    office.close()
