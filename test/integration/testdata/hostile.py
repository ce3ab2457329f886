"""Sends what no SDK sends to both OTLP ports of the pod, and prints what it is answered as JSON: {case: answer}.

Usage: python3 hostile.py SECRET
"""

import gzip
import json
import os
import socket
import sys
import urllib.error
import urllib.request

import grpc

SECRET = sys.argv[1]
answers = {}


def post(case, path, body, content_type="application/json", **headers):
    request = urllib.request.Request(
        "http://127.0.0.1:4318" + path, data=body, headers={"Content-Type": content_type, **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            answers[case] = f"{response.status} {response.headers} {response.read()!r}"
    except urllib.error.HTTPError as error:
        answers[case] = f"{error.code} {error.headers} {error.read()!r}"
    except OSError as error:
        answers[case] = f"none: {error}"


def call(case, body, **options):
    with grpc.insecure_channel("127.0.0.1:4317") as channel:
        export = channel.unary_unary("/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        try:
            answers[case] = f"OK {export(body, timeout=20, **options)!r}"
        except grpc.RpcError as error:
            answers[case] = f"{error.code().name} {error.details()} {error.trailing_metadata()}"


def raw(case, port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answers[case] = repr(connection.recv(65536))
        except OSError as error:
            answers[case] = f"none: {error}"


def field(number, payload):
    """A length-delimited protobuf field."""
    return bytes([number << 3 | 2]) + varint(len(payload)) + payload


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def nested(depth):
    """A request whose resource has an attribute of so many arrays in one another."""
    pieces, length = [], 0
    for _ in range(depth):
        for tag in (b"\x0a", b"\x2a"):  # ArrayValue.values, AnyValue.array_value
            head = tag + varint(length)
            pieces.append(head)
            length += len(head)
    value = b"".join(reversed(pieces))
    attribute = field(1, b"deep") + field(2, value)
    return field(1, field(1, field(1, attribute)))


traces = "/v1/traces"
post("malformed JSON", traces, f'{{"resourceSpans": [{{"{SECRET}": '.encode())
post("JSON of a wrong type", traces, f'{{"resourceSpans": "{SECRET}"}}'.encode())
post("JSON with a wrong id", traces, f'{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{SECRET}"}}]}}]}}]}}'.encode())
post("not protobuf", traces, SECRET.encode(), "application/x-protobuf")
post("wrong content type", traces, SECRET.encode(), "text/" + SECRET)
post("wrong path", "/" + SECRET, SECRET.encode())
post("broken gzip", traces, SECRET.encode(), "application/x-protobuf", **{"Content-Encoding": "gzip"})
post("unknown encoding", traces, SECRET.encode(), "application/x-protobuf", **{"Content-Encoding": SECRET})
large = field(1, field(1, field(1, field(1, SECRET.encode()) + field(2, field(1, b"x" * (20 << 20))))))
post("too large", traces, large, "application/x-protobuf")
post("expands to too much", traces, gzip.compress(b"\0" * (256 << 20), 1), "application/x-protobuf", **{"Content-Encoding": "gzip"})
call("too large by gRPC", large)
call("garbage by gRPC", SECRET.encode())
for depth in (200_000, 2_000_000):
    deep = nested(depth)
    post(f"{depth} deep", traces, gzip.compress(deep, 1), "application/x-protobuf", **{"Content-Encoding": "gzip"})
    call(f"{depth} deep by gRPC", deep, compression=grpc.Compression.Gzip)
for port in (4317, 4318):
    raw(f"garbage on {port}", port, SECRET.encode() + os.urandom(4096))
    raw(f"half a request on {port}", port, f"POST /v1/traces HTTP/1.1\r\nHost: x\r\nX: {SECRET}\r\n".encode())
print(json.dumps(answers))
