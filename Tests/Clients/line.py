"""One TCP connection, so that nothing is repaired on the way."""

import json
import socket
import time

from checking import true


class Line:
    """One TCP connection."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        self.started = time.monotonic()
        self.got = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def request(self, path, body, *fields, method="POST", host="127.0.0.1"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send(head(method, path, host, f"content-length: {len(data)}", *fields) + data)
        self.started = time.monotonic()

    def until(self, mark, within=60.0):
        """Reads until the bytes are there; gives the seconds since the request, or None where the connection ended."""
        end = time.monotonic() + within
        while mark not in self.got:
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                part = self.socket.recv(1 << 16)
            except TimeoutError:
                true(False, f"{mark!r} within {within} s", self.got[-300:])
            except ConnectionResetError:
                return None
            if not part:
                return None
            self.got += part
        return time.monotonic() - self.started

    def rest(self, within=60.0):
        """All that comes until the server closes, or the end of a reply whose length is known."""
        self.until(b"\r\n\r\n", within)
        first, _, body = self.got.partition(b"\r\n\r\n")
        for field in first.lower().split(b"\r\n"):
            if field.startswith(b"content-length:"):
                missing = int(field.split(b":")[1]) - len(body)
                while missing > 0 and (part := self.socket.recv(missing)):
                    self.got += part
                    missing -= len(part)
                return self.got
        self.until(b"\0no such bytes", within)
        return self.got

    @property
    def status(self):
        return int(self.got.split(b" ", 2)[1]) if self.got.startswith(b"HTTP/1.1 ") else None


def head(method, path, host, *fields):
    lines = [f"{method} {path} HTTP/1.1", f"host: {host}", "content-type: application/json", *fields, "", ""]
    return "\r\n".join(lines).encode()


def exchange(server, path, body, *fields, method="POST", host="127.0.0.1"):
    """The status and the text of a reply, over a connection of its own."""
    with Line(server) as line:
        line.request(path, body, *fields, method=method, host=host)
        return (
            (line.status, line.rest()[line.got.find(b"\r\n\r\n") + 4 :].decode())
            if line.until(b"\r\n\r\n")
            else (None, "")
        )
