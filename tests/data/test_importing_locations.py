import http.server
import threading

import pytest

from data.importing.locations import UnreachableSourceError, digest, open_location


class Breaking(http.server.BaseHTTPRequestHandler):
    """Promises a hundred bytes and hangs up after ten, unless asked for the whole."""

    def do_GET(self):
        whole = self.path == "/whole"
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"x" * (100 if whole else 10))

    def log_message(self, *arguments):
        pass


@pytest.fixture
def address():
    server = http.server.HTTPServer(("127.0.0.1", 0), Breaking)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_over_the_network_is_read_like_a_local_one(address, tmp_path):
    local = tmp_path / "file"
    local.write_bytes(b"x" * 100)
    with open_location(local) as here, open_location(f"{address}/whole") as there:
        assert digest(here) == digest(there)
        assert here.read() == there.read()


def test_a_connection_that_breaks_off_is_noticed_before_anything_is_read(address):
    with pytest.raises(UnreachableSourceError), open_location(f"{address}/part"):
        pytest.fail("a part of a file was opened")
