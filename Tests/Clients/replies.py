"""Reads calls, texts and reports out of replies of every dialect, and checks calls by the client's own schemas."""

import json
import sys
from pathlib import Path

import jsonschema

from checking import same, true

FIXTURES = Path(__file__).parent / "fixtures"
sys.path.insert(0, str(FIXTURES))
import check_wire  # noqa: E402 (it lies beside the recordings that it checks)


def dialect(path):
    """The dialect of a path, by the names of `check_wire`; `completions` has no parser there."""
    path = path.split("?")[0]
    for end, name in {
        "/chat/completions": "chat",
        "/responses": "responses",
        "/messages": "messages",
        "/completions": "completions",
    }.items():
        if path.endswith(end):
            return name
    return "other"


def events(text):
    return [json.loads(data) for _, data in check_wire.frames(text) if data != "[DONE]"]


def parsed_by_all(kind, text, cut_off=False):
    """Fails when one of the clients' parsers fails on the stream."""
    for parser, failure in check_wire.run(kind, text, show=False).items():
        # A call that was cut off is no JSON, and Codex takes an answer that was cut off for a broken stream.
        if failure and not (cut_off and (parser in ("codex", "anthropic") or "JSONDecodeError" in failure)):
            true(
                False, f"the parser of {parser} to understand the stream", f"{failure}; the stream ends {text[-500:]!r}"
            )


class Answer:
    """What a reply of any dialect says: calls as (id, name, arguments), text, whether it was cut off, the report."""

    def __init__(self, kind, value):
        self.calls, self.text, self.cut_off, self.report = [], "", False, {}
        getattr(self, f"read_{kind}")(value)

    @classmethod
    def streamed(cls, kind, text):
        return cls(f"{kind}_stream", events(text))

    def read_chat(self, reply):
        self.report = reply.get("swarm", {})
        for choice in reply["choices"]:
            message = choice["message"]
            self.text += message["content"] or ""
            self.cut_off |= choice["finish_reason"] == "length"
            for call in message.get("tool_calls") or []:
                self.calls.append((call["id"], call["function"]["name"], call["function"]["arguments"]))

    def read_chat_stream(self, chunks):
        calls = {}
        for chunk in chunks:
            self.report = chunk.get("swarm", self.report)
            for choice in chunk["choices"]:
                self.cut_off |= choice["finish_reason"] == "length"
                self.text += choice["delta"].get("content") or ""
                for delta in choice["delta"].get("tool_calls") or []:
                    call = calls.setdefault((choice["index"], delta["index"]), [None, None, ""])
                    call[0] = delta.get("id") or call[0]
                    call[1] = delta["function"].get("name") or call[1]
                    call[2] += delta["function"].get("arguments") or ""
        self.calls = [tuple(call) for call in calls.values()]

    def read_responses(self, reply):
        self.report = reply.get("swarm", {})
        self.cut_off = reply["status"] == "incomplete"
        for item in reply["output"]:
            if item["type"] == "function_call":
                self.calls.append((item["call_id"], item["name"], item["arguments"]))
            if item["type"] == "message":
                self.text += "".join(part["text"] for part in item["content"])

    def read_responses_stream(self, events):
        self.read_responses(events[-1]["response"])

    def read_messages(self, reply):
        self.report = reply.get("swarm", {})
        self.cut_off = reply["stop_reason"] == "max_tokens"
        for block in reply["content"]:
            if block["type"] == "tool_use":
                self.calls.append((block["id"], block["name"], json.dumps(block["input"])))
            self.text += block.get("text", "")

    def read_messages_stream(self, events):
        blocks = {}
        for event in events:
            if event["type"] == "content_block_start":
                blocks[event["index"]] = [event["content_block"], ""]
            if event["type"] == "content_block_delta":
                blocks[event["index"]][1] += event["delta"].get("partial_json") or event["delta"].get("text") or ""
            if event["type"] == "message_delta":
                self.cut_off = event["delta"]["stop_reason"] == "max_tokens"
                self.report = event.get("swarm", {})
        for block, text in blocks.values():
            if block["type"] == "tool_use":
                self.calls.append((block["id"], block["name"], text or "{}"))
            if block["type"] == "text":
                self.text += text


def schemas(body):
    """The parameter schemas of a request's functions by name."""
    found = {}
    for tool in body.get("tools") or []:
        function = tool.get("function", tool)
        schema = function.get("parameters", function.get("input_schema"))
        if tool.get("type", "function") == "function":
            found[function["name"]] = schema if schema is not None else {}
    return found


def valid(value, schema, what):
    """Fails unless the value is valid for the schema, in the draft that it is written in."""
    old = '"exclusiveMinimum": true' in json.dumps(schema)
    kind = jsonschema.validators.validator_for(
        schema, jsonschema.Draft4Validator if old else jsonschema.Draft202012Validator
    )
    errors = [f"{error.json_path}: {error.message}" for error in kind(schema).iter_errors(value)]
    true(not errors, f"{what} to be valid for {json.dumps(schema)[:300]}", f"{value}: {errors}")


def calls_are_valid(answer, body):
    """Fails unless each call is one of an offered tool with arguments that the client's own schema allows."""
    offered = schemas(body)
    same(len({call[0] for call in answer.calls}), len(answer.calls), "number of different ids of calls")
    for place, (identifier, name, text) in enumerate(answer.calls):
        true(identifier, "an id for each call", answer.calls)
        if answer.cut_off and place == len(answer.calls) - 1:
            continue
        true(name in offered, f"the name of an offered tool, one of {sorted(offered)}", name)
        try:
            value = json.loads(text)
        except ValueError:
            true(False, f"JSON as arguments of {name}", text)
        # A grammar cannot look ahead; then the report has to say that no candidate was valid.
        if "(?!" not in json.dumps(offered[name]) or answer.report.get("n_valid") != 0:
            valid(value, offered[name], f"arguments of {name}")
