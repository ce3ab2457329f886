"""What the service and the agent talk to, in a process of its own, so that its work isn't counted.

python -m impact.peers PRICES_PORT SINK_PORT: a price over HTTP/1.1, and OTLP/gRPC for the agent, which is answered OK.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc

PRICE = b'{"price": 1.08431}'


class Prices(BaseHTTPRequestHandler):
    """Answers every GET with a price."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one segment for head and body

    def do_GET(self) -> None:
        """The price."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(PRICE)))
        self.end_headers()
        self.wfile.write(PRICE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Logs nothing."""


class Sink(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Answers every call with an empty message, which is OTLP for "all taken"."""

    def service(self, _details: object) -> object:
        """The handler of any method."""
        return grpc.unary_unary_rpc_method_handler(lambda _request, _context: b"")


def main() -> None:
    """Serves until it is ended."""
    prices_port, sink_port = int(sys.argv[1]), int(sys.argv[2])
    server = grpc.server(ThreadPoolExecutor(2), handlers=[Sink()])
    server.add_insecure_port(f"127.0.0.1:{sink_port}")
    server.start()
    prices = ThreadingHTTPServer(("127.0.0.1", prices_port), Prices)
    threading.Thread(target=prices.serve_forever, daemon=True).start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
