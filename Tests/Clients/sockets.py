"""What no well-behaved client does: leaving, slow reading, bodies that are cut, huge or broken, foreign names, keys.

Plain sockets, so that nothing is repaired on the way.
"""

import json
import socket
import time

from checking import Checks, Server, arguments, same, true
from line import Line, exchange, head

SUM = {"messages": [{"role": "user", "content": "What is 12 + 30?"}], "max_tokens": 100}
LIMIT = 64 << 20

plain = Checks("sockets")
slow = Checks("sockets, long prompts")
locked = Checks("sockets, keys")


def works(server):
    """Fails unless the server still answers."""
    status, text = exchange(server, "/v1/chat/completions", SUM)
    same(status, 200, f"status of a plain request afterwards ({text[:200]})")


def free_within_a_second(server):
    took = server.idles(within=1.0)
    return f"free after {took:.2f} s"


def long_answer(server, **fields):
    """A request whose answer goes on until its limit: the tokens that end one are forbidden."""
    _, text = exchange(server, "/tokenize", {"prompt": "<|im_end|><|endoftext|>"})
    never = {str(token): -100 for token in json.loads(text)["tokens"]}
    return {
        "messages": [{"role": "user", "content": "hello"}],
        "max_tokens": 1900,
        "stream": True,
        "swarm": False,
        "logit_bias": never,
    } | fields


def is_running(server, line):
    """Fails when there is nothing that leaving could end."""
    end = time.monotonic() + 0.5
    while (engine := server.health()["engine"])["running"] == 0:
        true(time.monotonic() < end, "an answer that is still being generated", f"{engine} {line.got[-200:]!r}")


@plain.check("headers of a stream within 0.2 s")
def _(server):
    # The best of three: other programs of this machine may have the processor for a moment.
    times = []
    for _ in range(3):
        with Line(server) as line:
            line.request("/v1/chat/completions", SUM | {"stream": True})
            times.append(line.until(b"\r\n\r\n"))
            line.until(b"[DONE]")
    true(min(times) < 0.2, "headers within 0.2 s", times)
    return f"{min(times):.3f} s"


@plain.check("a reader of one byte a second")
def _(server):
    with Line(server) as line:
        line.request("/v1/chat/completions", long_answer(server))
        for _ in range(8):
            line.got += line.socket.recv(1)
            started = time.monotonic()
            works(server)
            true(
                time.monotonic() - started < 5, "others to be answered meanwhile within 5 s", time.monotonic() - started
            )
            time.sleep(max(0.0, 1 - (time.monotonic() - started)))
        true(line.until(b"[DONE]", within=120) is not None, "the whole stream in the end", line.got[-200:])


@plain.check("a reader of one byte a second that leaves")
def _(server):
    with Line(server) as line:
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.request("/v1/chat/completions", long_answer(server))
        for _ in range(2):
            line.socket.recv(1)
            time.sleep(1)
    return free_within_a_second(server)


@plain.check("leaving in the middle of the request")
def _(server):
    data = json.dumps(SUM).encode()
    for sent in (
        b"POST /v1/ch",
        head("POST", "/v1/chat/completions", "127.0.0.1", f"content-length: {len(data)}") + data[:20],
    ):
        with Line(server) as line:
            line.send(sent)
    words = free_within_a_second(server)
    works(server)
    return words


@plain.check("leaving before the headers")
def _(server):
    for stream in (False, True):
        with Line(server) as line:
            line.request("/v1/chat/completions", long_answer(server, stream=stream))
        free_within_a_second(server)
    works(server)


@plain.check("leaving after the first chunk")
def _(server):
    for path, field, mark in (
        ("/v1/chat/completions", "messages", b"data: "),
        ("/v1/completions", "prompt", b"data: "),
        ("/v1/responses", "input", b"output_text.delta"),
        ("/v1/messages", "messages", b"content_block_delta"),
    ):
        with Line(server) as line:
            body = long_answer(server)
            line.request(path, body | ({} if field == "messages" else {field: "hello"}))
            true(line.until(mark, within=10) is not None, f"a first piece of {path}", line.got[-300:])
            is_running(server, line)
        free_within_a_second(server)
    works(server)


@plain.check("leaving a whole reply while it is generated")
def _(server):
    with Line(server) as line:
        line.request("/v1/completions", long_answer(server, prompt="hello", stream=False))
        time.sleep(0.3)
        is_running(server, line)
    return free_within_a_second(server)


@plain.check("half a close: the client sends no more but reads on")
def _(server):
    with Line(server) as line:
        line.request("/v1/chat/completions", SUM)
        line.socket.shutdown(socket.SHUT_WR)
        line.until(b"\0no such bytes", within=30)
        # It cannot be told from one that left: any of these is right, but not an empty 500.
        true(line.status in (200, 503, None), "an answer, a refusal or a closed connection", line.got[:200])


@plain.check("a body cut short")
def _(server):
    with Line(server) as line:
        line.send(head("POST", "/v1/chat/completions", "127.0.0.1", "content-length: 1000") + b'{"messages": [')
        line.socket.shutdown(socket.SHUT_WR)
        line.until(b"\0no such bytes", within=10)
        true(line.status in (400, None), "400 or a closed connection", line.got[:300])
    works(server)


@plain.check("a body that never comes holds nobody up")
def _(server):
    with Line(server) as line:
        line.send(head("POST", "/v1/chat/completions", "127.0.0.1", "content-length: 1000") + b'{"messages": [')
        works(server)


@plain.check("a body of 64 MiB")
def _(server):
    frame = json.dumps(SUM | {"padding": ""}).encode()
    body = frame.replace(b'"padding": ""', b'"padding": "' + b"x" * (LIMIT - len(frame)) + b'"')
    same(len(body), LIMIT, "size of the body")
    started = time.monotonic()
    status, text = exchange(server, "/v1/chat/completions", body)
    same(status, 200, f"status ({text[:300]})")
    return f"{time.monotonic() - started:.1f} s"


@plain.check("a body of more than 64 MiB")
def _(server):
    with Line(server) as line:
        line.send(head("POST", "/v1/chat/completions", "127.0.0.1", f"content-length: {LIMIT + 1}"))
        true(
            line.until(b"payload_too_large", within=10) is not None,
            "payload_too_large before the body is sent",
            line.got,
        )
        same(line.status, 413, "status")
    works(server)


@plain.check("a body in chunks")
def _(server):
    data = json.dumps(SUM).encode()
    with Line(server) as line:
        line.send(head("POST", "/v1/chat/completions", "127.0.0.1", "transfer-encoding: chunked"))
        for start in range(0, len(data), 10):
            part = data[start : start + 10]
            line.send(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        line.send(b"0\r\n\r\n")
        line.until(b"\r\n\r\n")
        same(line.status, 200, "status of the request in chunks")


@plain.check("bodies that are no JSON, or not the right one")
def _(server):
    good = json.dumps(SUM)
    cases = {
        "nothing": (b"", "invalid_json"),
        "no JSON": (b"hello", "invalid_json"),
        "JSON that breaks off": (good[:-3].encode(), "invalid_json"),
        "two values": (good.encode() * 2, "invalid_json"),
        "invalid UTF-8": (good.replace("12", "\udcff").encode("utf-8", "surrogateescape"), "invalid_json"),
        "UTF-8 that is too long for its character": (good.encode().replace(b"12", b"\xc0\xaf"), "invalid_json"),
        "half a character at the end": (good.encode().replace(b'12 + 30?"', b'\xe2\x82"'), "invalid_json"),
        "100,000 arrays in each other": (b"[" * 100_000, "invalid_json"),
        "deep objects in the schema of a tool": (deep_tool(), "invalid_json"),
        "a list": (b"[]", None),
        "a number": (b"1e999", None),
        "null": (b"null", None),
    }
    for what, (body, code) in cases.items():
        for path in ("/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/embeddings", "/v1/completions"):
            started = time.monotonic()
            status, text = exchange(server, path, body)
            same((what, path, status), (what, path, 400), f"body, path and status ({text[:200]})")
            error = json.loads(text)["error"]
            true(error["message"], "a message", text)
            if code and path != "/v1/messages":
                same((what, path, error["code"]), (what, path, code), "body, path and code")
            true(time.monotonic() - started < 2, f"a quick refusal of {what}", time.monotonic() - started)


def deep_tool():
    tool = {"type": "function", "function": {"name": "f", "parameters": "DEEP"}}
    deep = '{"properties":{"a":' * 50_000 + "{}" + "}}" * 50_000
    return json.dumps(SUM | {"tools": [tool]}).replace('"DEEP"', deep).encode()


@plain.check("odd characters in a text go in and out whole")
def _(server):
    text = "a\u0000b \U0001f600 \u2028 é\r\n\t"
    status, reply = exchange(server, "/tokenize", {"content": text})
    same(status, 200, f"status of tokenize ({reply[:200]})")
    status, reply = exchange(server, "/detokenize", {"tokens": json.loads(reply)["tokens"]})
    same((status, json.loads(reply).get("content")), (200, text), "status and text of detokenize")
    body = b'{"messages":[{"role":"user","content":"half a pair: \\ud83d"}],"max_tokens":5}'
    true(exchange(server, "/v1/chat/completions", body)[0] in (200, 400), "an answer or a refusal of half a pair")


@plain.check("markers are read as markers by /tokenize, and as text where they are not wanted")
def _(server):
    for field in ("content", "prompt"):
        for wanted in (True, False):
            body = {field: "<|im_end|>", "add_special": False, "parse_special": wanted}
            count = json.loads(exchange(server, "/tokenize", body)[1])["count"]
            same(
                (field, wanted, count == 1),
                (field, wanted, wanted),
                "field, parse_special, and whether it is one token",
            )


@plain.check("requests that are no HTTP")
def _(server):
    for sent in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\nx: " + b"y" * 200_000 + b"\r\n\r\n",
    ):
        with Line(server) as line:
            try:
                line.send(sent)
                line.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # It may have closed already.
            line.until(b"\0no such bytes", within=10)
            true(line.status is None or line.status >= 400, "a refusal or a closed connection", line.got[:200])
    works(server)


@plain.check("names that are not of this machine (DNS rebinding)")
def _(server):
    for host in (
        "evil.example",
        f"evil.example:{server.port}",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil",
    ):
        for method, path in (("GET", "/v1/models"), ("GET", "/health"), ("POST", "/v1/chat/completions")):
            status, text = exchange(server, path, SUM if method == "POST" else b"", method=method, host=host)
            same((host, path, status), (host, path, 403), f"name, path and status ({text[:200]})")
    for host in (f"127.0.0.1:{server.port}", "localhost", f"LOCALHOST:{server.port}", "[::1]:80", "192.168.1.7"):
        same((host, exchange(server, "/v1/models", b"", method="GET", host=host)[0]), (host, 200), "name and status")


@plain.check("web pages from elsewhere")
def _(server):
    for origin in ("http://evil.example", "null", "http://localhost:3000"):
        status, text = exchange(server, "/v1/chat/completions", SUM, f"origin: {origin}")
        same((origin, status), (origin, 403), f"origin and status ({text[:200]})")


@plain.check("paths with and without /v1, slashes, methods")
def _(server):
    for path in ("/v1/models", "/models", "/v1/models/", "/models/", "/v1/models?x=1", "/health", "/v1/health"):
        same((path, exchange(server, path, b"", method="GET")[0]), (path, 200), "path and status")
    for path in ("/v1/chat/completions", "/chat/completions", "/v1/chat/completions/"):
        same((path, exchange(server, path, SUM)[0]), (path, 200), "path and status")
    same(exchange(server, "/v1/nothing", b"", method="GET")[0], 404, "status of an unknown path")
    same(exchange(server, "/v1/chat/completions", b"", method="GET")[0], 405, "status of the wrong method")


@plain.check("several requests on one connection")
def _(server):
    with Line(server) as line:
        for _ in range(3):
            line.got = b""
            line.request("/v1/models", b"", method="GET")
            line.rest()
            same(line.status, 200, "status")
        line.got = b""
        line.send(head("GET", "/v1/models", "127.0.0.1") * 3)
        while line.got.count(b"HTTP/1.1 200") < 3:
            part = line.socket.recv(1 << 16)
            true(part, "three replies to three requests that were sent at once", line.got[-200:])
            line.got += part


@plain.check("two hundred connections that say nothing")
def _(server):
    lines = [Line(server) for _ in range(200)]
    try:
        works(server)
    finally:
        for line in lines:
            line.socket.close()


def long_prompt(words, mark):
    """Begins with something new, so that none of it is in memory."""
    text = f"{mark} {time.time()} " + "alpha beta gamma delta " * (words // 4)
    return {"messages": [{"role": "user", "content": text}], "max_tokens": 8, "stream": True}


@slow.check("headers within 0.2 s and a sign of life every 10 s while a long prompt is read")
def _(server):
    recording = server.stream("/v1/chat/completions", long_prompt(3000, "life"))
    same(recording.status, 200, "status")
    true(recording.longest_silence < 10, "a byte at least every 10 s", f"{recording.longest_silence:.1f} s")
    true(recording.first_data_after > 2, "a prompt that takes more than 2 s to read", recording.first_data_after)
    # Counting the tokens comes first; one more try where the machine was busy.
    best = recording.headers_after
    if best >= 0.2:
        best = min(best, server.stream("/v1/chat/completions", long_prompt(600, "life")).headers_after)
    true(best < 0.2, "headers within 0.2 s", f"{best:.2f} s")
    return (
        f"headers after {recording.headers_after:.3f} s, longest silence {recording.longest_silence:.1f} s, "
        f"first token after {recording.first_data_after:.1f} s"
    )


@slow.check("leaving while the prompt is read")
def _(server):
    remarks = []
    for path, stream in (("/v1/chat/completions", True), ("/v1/chat/completions", False), ("/v1/messages", True)):
        with Line(server) as line:
            line.request(path, long_prompt(3000, "leave") | {"stream": stream})
            if stream:
                line.until(b"\r\n\r\n")
            while server.health()["engine"]["prefilling"] == 0:
                time.sleep(0.05)
            time.sleep(1.5)
            true(server.health()["engine"]["prefilling"] == 1, "a prompt that is still being read")
        remarks.append(free_within_a_second(server))
    return ", ".join(remarks)


@locked.check("who has no key is not let in")
def _(server):
    for path in ("/v1/chat/completions", "/v1/messages", "/v1/responses", "/v1/embeddings", "/v1/completions"):
        for fields in (
            (),
            ("authorization: Bearer wrong",),
            ("authorization: Bearer",),
            ("authorization: Bearer secret-key-1x",),
            ("x-api-key: wrong",),
            ("authorization: Basic c2VjcmV0LWtleS0x",),
            ("x-api-key:",),
        ):
            status, text = exchange(server, path, SUM, *fields)
            same((path, fields, status), (path, fields, 401), f"path, fields and status ({text[:200]})")
            true("secret" not in text, "no key in the reply", text)
    same(exchange(server, "/v1/models", b"", method="GET")[0], 401, "status of the models without a key")
    same(exchange(server, "/health", b"", method="GET")[0], 200, "status of /health without a key")


@locked.check("any of the keys lets in, in each of the fields")
def _(server):
    for field in (
        "authorization: Bearer secret-key-1",
        "authorization: bearer secret-key-2",
        "x-api-key: secret-key-1",
        "api-key: secret-key-2",
    ):
        same((field, exchange(server, "/v1/chat/completions", SUM, field)[0]), (field, 200), "field and status")


@locked.check("nobody's key is in the log")
def _(server):
    true("secret-key" not in server.tail(), "no key in the log", server.tail())


def main():
    options = arguments(__doc__)
    if plain.wanted(options.only):
        with Server(options.swarm, options.bumble, "bumble") as server:
            plain.run(server, server, only=options.only)
    if locked.wanted(options.only):
        keys = {"LOCAL_SWARM_HTTP_API_KEY": "secret-key-1,secret-key-2"}
        with Server(options.swarm, options.bumble, "bumble", environment=keys) as server:
            locked.run(server, server, only=options.only)
    if options.qwen and slow.wanted(options.only):
        with Server(options.swarm, options.qwen, "random", "--candidates", "1", "--no-prefix-files") as server:
            slow.run(server, server, only=options.only)
    raise SystemExit(plain.failed + slow.failed + locked.failed > 0)


if __name__ == "__main__":
    main()
