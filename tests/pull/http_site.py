"""A real web server on a loopback port, whose answers a test scripts."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Answers as its site's script says."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        """Note what was asked, and answer."""
        self.site.asked.append((self.path, dict(self.headers.items())))
        self.site.answer(self)

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer whole: the headers, and a body of the length that they say."""
        self.begin(status, **{"Content-Length": str(len(body)), **headers})
        self.wfile.write(body)

    def begin(self, status: int, **headers: str) -> None:
        """Send the headers alone."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def cut(self) -> None:
        """Break the line as a host does that dies: with a reset."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
        """Keep quiet."""


class Server(ThreadingHTTPServer):
    """A server that does not print what a scripted cut does to it."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that was cut is meant."""


@dataclass
class Site:
    """A host, what it answers, and what it was asked."""

    scheme: str
    port: int = 0
    answer: Callable[[Handler], None] = lambda handler: handler.send(404)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def serves(self, body: bytes, **headers: str) -> None:
        """Answer everybody with this body."""
        self.answer = lambda handler: handler.send(200, body, **headers)

    def serves_gzip(self, body: bytes) -> None:
        """Answer with a body that is packed on the way."""
        self.serves(gzip.compress(body), Content_Encoding="gzip")

    def serves_with_etag(self, body: bytes, etag: str) -> None:
        """Answer that nothing is new to whoever knows this ETag."""

        def answer(handler: Handler) -> None:
            if handler.headers.get("If-None-Match") == etag:
                handler.begin(304, ETag=etag)
            else:
                handler.send(200, body, ETag=etag)

        self.answer = answer

    def refuses(self, status: int, **headers: str) -> None:
        """Answer with this status and nothing else."""
        self.answer = lambda handler: handler.send(status, b"", **headers)


@contextmanager
def site(certificate: Path | None = None) -> Iterator[Site]:
    """Run a site, with TLS where there is a certificate (with its key in the same file)."""
    made = Site("https" if certificate else "http")
    server = Server(("127.0.0.1", 0), type("Scripted", (Handler,), {"site": made}))
    made.port = server.server_address[1]
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        made.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
