"""Asks an OpenAI-compatible server and notes when what came."""
import http.client
import json
import time
from dataclasses import dataclass, field

from driver.failure import Failure


@dataclass
class Reply:
    """A streamed answer; times in seconds from just before the connection."""

    first_byte: float = 0.0
    first_token: float | None = None
    last_token: float | None = None
    seconds: float = 0.0
    texts: dict = field(default_factory=dict)
    usage: dict = field(default_factory=dict)
    generated: int = 0
    swarm: dict = field(default_factory=dict)


def post(port, body):
    """Sends a chat request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1800)
    connection.request(
        "POST", "/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    response = connection.getresponse()
    if response.status != 200:
        raise Failure(f"port {port} answered {response.status}: {response.read(500).decode(errors='replace')}")
    return connection, response


def ask(port, body):
    """The whole reply as JSON."""
    connection, response = post(port, body)
    try:
        return json.load(response)
    finally:
        connection.close()


def stream(port, body):
    """The reply as it comes."""
    reply = Reply()
    began = time.perf_counter()
    connection, response = post(port, body | {"stream": True, "stream_options": {"include_usage": True}})
    reply.first_byte = time.perf_counter() - began
    try:
        while line := response.readline():
            now = time.perf_counter() - began
            if line.startswith(b"data: {"):
                take(reply, json.loads(line[6:]), now)
            elif line.startswith(b"data: [DONE]"):
                reply.seconds = now
    finally:
        connection.close()
    if not reply.seconds:
        raise Failure(f"port {port} broke off its stream")
    return reply


def take(reply, chunk, now):
    """Takes one chunk of a stream."""
    if "error" in chunk:
        raise Failure(str(chunk["error"]))
    for choice in chunk.get("choices", []):
        text = choice["delta"].get("content") or choice["delta"].get("reasoning_content") or ""
        if text or choice["delta"].get("tool_calls"):
            reply.last_token = now
            if reply.first_token is None:
                reply.first_token = now
        index = choice.get("index", 0)
        reply.texts[index] = reply.texts.get(index, "") + text
    if usage := chunk.get("usage"):
        # llama-server counts every choice by itself.
        reply.usage = usage
        reply.generated += usage.get("completion_tokens", 0)
    reply.swarm = chunk.get("swarm") or reply.swarm
