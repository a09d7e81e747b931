"""What the checks of all clients share: a registry, expectations that name what they saw, and a running server."""

import argparse
import http.client
import json
import linecache
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

QUIET = ("error", "critical")  # levels of the server's log that no check may cause


class Unexpected(Exception):
    """Something was not as it has to be."""


def same(got, wanted, what):
    """Fails unless both are equal."""
    if got != wanted:
        raise Unexpected(f"{what}: expected {short(wanted)}, got {short(got)}")


def true(holds, wanted, got=None):
    """Fails unless `holds`; `wanted` says what was expected, `got` what there was."""
    if not holds:
        raise Unexpected(f"expected {wanted}" + ("" if got is None else f", got {short(got)}"))


def raises(kind, call):
    """The exception of this kind that the call has to raise."""
    try:
        reply = call()
    except kind as error:
        return error
    except Exception as error:
        raise Unexpected(f"expected {kind.__name__}, got {type(error).__name__}: {short(str(error))}") from error
    raise Unexpected(f"expected {kind.__name__}, got a reply: {short(reply)}")


def short(value, limit=400):
    """A value on one line."""
    text = repr(value) if not isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else text[:limit] + f"… ({len(text)} characters)"


def tell(line):
    """Prints a line, and adds it to the file in which `scripts/check-clients` counts."""
    print(line, flush=True)
    if results := os.environ.get("CHECK_CLIENTS_RESULTS"):
        with open(results, "a", encoding="utf-8") as file:
            print(line, file=file)


class Checks:
    """The checks of one client, run in the order in which they were written down."""

    def __init__(self, client):
        self.client = client
        self.checks = []
        self.failed = 0

    def check(self, name):
        """Registers a function that takes what `run` is given."""

        def register(function):
            self.checks.append((name, function))
            return function

        return register

    def wanted(self, only):
        """The checks whose line contains the text, or all."""
        return [each for each in self.checks if only is None or only in f"{self.client}: {each[0]}"]

    def run(self, server, *arguments, only=None):
        """Runs all checks, prints a line for each, and looks after each whether the server still idles and lives."""
        for name, function in self.wanted(only):
            self.one(server, name, function, *arguments)

    def one(self, server, name, function, *arguments):
        """Runs one check. A function may return a remark for its line."""
        started = time.monotonic()
        try:
            remark = function(*arguments)
            server.idles()
            errors = server.new_errors()
            true(not errors, "no errors in the server's log", errors)
        except Exception as error:
            self.failed += 1
            tell(f"FAIL {self.client}: {name}")
            for line in places(error):
                tell(f"       {line}")
            kind = "" if isinstance(error, Unexpected) else f"{type(error).__name__}: "
            for line in f"{kind}{error}"[:1500].splitlines():
                tell(f"       {line}")
            server.new_errors()
        else:
            took = time.monotonic() - started
            tell(f"ok   {self.client}: {name} ({took:.1f} s{', ' + remark if remark else ''})")


def places(error):
    """The lines at which a check failed: its own, and the one in what it called, where that is another."""
    here = Path(__file__).resolve()
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).resolve().parent == here.parent and Path(frame.filename).resolve() != here
    ]
    lines = [f"{Path(frame.filename).name}:{frame.lineno}: {statement(frame)}" for frame in frames]
    return list(dict.fromkeys(lines[:1] + lines[-1:])) or ["after the check"]


def statement(frame):
    """The failed call on one line; before Python 3.11 only its first line is known."""
    last = getattr(frame, "end_lineno", None) or frame.lineno
    lines = [linecache.getline(frame.filename, line).strip() for line in range(frame.lineno, last + 1)]
    return " ".join(lines)[:300]


class Reply:
    """A whole reply over plain HTTP."""

    def __init__(self, response, body):
        self.status = response.status
        self.headers = {key.lower(): value for key, value in response.getheaders()}
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.text)


class Recording:
    """A streamed reply with the seconds after which its parts came."""

    def __init__(self, connection, started):
        self.response = connection.getresponse()
        self.status = self.response.status
        self.headers = {key.lower(): value for key, value in self.response.getheaders()}
        self.headers_after = time.monotonic() - started
        self.parts = []
        while part := self.response.read1(1 << 16):
            self.parts.append((time.monotonic() - started, part))
        self.ended_after = time.monotonic() - started

    @property
    def text(self):
        return b"".join(part for _, part in self.parts).decode("utf-8")

    @property
    def first_data_after(self):
        """Seconds to the first event that is no comment."""
        text = ""
        for after, part in self.parts:
            text += part.decode("utf-8", "replace")
            if any(line.startswith(("data:", "event:")) for line in text.splitlines()):
                return after
        return self.ended_after

    @property
    def longest_silence(self):
        """Seconds of the longest time without a byte, from the request on."""
        times = [0.0, self.headers_after, *(after for after, _ in self.parts), self.ended_after]
        return max(later - earlier for earlier, later in zip(times, times[1:]))


class Server:
    """A running `swarm serve` on a free port, with folders of its own, stopped at the end of a `with`."""

    def __init__(self, program, model, name, *options, environment=None):
        self.name = name
        self.command = [
            program,
            "serve",
            "--model",
            model,
            "--model-name",
            name,
            "--port",
            "0",
            "--threads",
            "1",
            "--no-status",
            "--log-format",
            "json",
            *options,
        ]
        self.options = options
        self.environment = environment or {}
        self.port = None
        self.seen = 0

    def __enter__(self):
        print(f"==> starting swarm with {self.name} {' '.join(self.options)}".rstrip(), file=sys.stderr, flush=True)
        self.folder = tempfile.TemporaryDirectory(prefix="check-clients-")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("LOCAL_SWARM_")}
        for kind in ("CONFIG", "CACHE", "DATA"):
            environment[f"XDG_{kind}_HOME"] = os.path.join(self.folder.name, kind.lower())
        environment.update(self.environment)
        self.log = open(os.path.join(self.folder.name, "log"), "w+b")
        self.process = subprocess.Popen(
            self.command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        try:
            for line in self.process.stdout:
                if " is ready on " in line:
                    self.port = int(line.rstrip().removesuffix("/v1").rsplit(":", 1)[1])
                    break
            if self.port is None:
                raise Unexpected(f"the server ended before it was ready: {self.tail()}")
        except BaseException:
            self.stop()
            raise
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.folder.cleanup()

    @property
    def root(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def base(self):
        return f"{self.root}/v1"

    def tail(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            return log.read()[-1000:]

    def new_errors(self):
        """Lines of the log since the last call whose level is an error."""
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            log.seek(self.seen)
            lines = log.readlines()
            self.seen = log.tell()
        return [line.strip() for line in lines if any(f'"level":"{level}"' in line for level in QUIET)]

    def request(self, method, path, body=None, headers=None, timeout=600):
        """A request with a JSON body, or bytes as they are, and the whole reply."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Reply(response, response.read())
        finally:
            connection.close()

    def post(self, path, body, headers=None):
        return self.request("POST", path, body, headers)

    def stream(self, path, body, headers=None, timeout=600):
        """A request whose reply is recorded piece by piece."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            started = time.monotonic()
            connection.request("POST", path, json.dumps(body).encode(), headers or {})
            return Recording(connection, started)
        finally:
            connection.close()

    def health(self):
        return self.request("GET", "/health", timeout=10).json()

    def idles(self, within=5.0):
        """Fails unless nothing runs, waits or reads within so many seconds; returns how many it took."""
        started = time.monotonic()
        while True:
            true(self.process.poll() is None, "a running server", f"exit status {self.process.poll()}: {self.tail()}")
            engine = self.health()["engine"]
            took = time.monotonic() - started
            if engine["running"] == engine["prefilling"] == engine["waiting"] == 0:
                return took
            true(took < within, f"/health to show nothing running within {within} s", engine)
            time.sleep(0.02)


def arguments(description, **extra):
    """The command line that all programs of this folder have in common."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--swarm", required=True, help="the program under test")
    parser.add_argument("--bumble", required=True, help="the bundled model, for answers that make sense")
    parser.add_argument("--qwen", help="a model with a long context, for large requests (scripts/qwen-shape)")
    parser.add_argument("--only", help="run only checks whose line contains this text")
    for name, value in extra.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    # A killed check stops its server, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return parser.parse_args()


def weather_tool():
    """A tool that the bundled model has learnt to call."""
    return {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get the weather of a city",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
                "additionalProperties": False,
            },
        },
    }
