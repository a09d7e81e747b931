"""Compare tokenizer and chat template with those of a running llama-server. Needs tokenizers and jinja2."""
import argparse
import json
import random
import sys
import urllib.request
from pathlib import Path

import jinja2
from tokenizers import Tokenizer

import gen
from text import WEIGHTS, whole

FOLDER = Path(__file__).resolve().parent
ODD_STRINGS = [
    "1234567", "  two  spaces\n\n\n tabs\t\tx", "it's don't I'LL we'Re", "héllo wörld 日本語 🙂 – “q”",
    "a\r\nb\r\n\r\nc", "x=1;y+=2 // c", "   ", "\n\n", '<tool_call>\n{"a": 1}\n</tool_call>', "3.14159e-10 ½ ² ٣",
    "foo_bar-baz/qux.py", "A" * 50, "!!!???...", "\u00a0nbsp\u2003em", " a  b   c    d", "emoji👩‍👩‍👧 family",
    "naïve café", "\t\tif x:\n\t\t\treturn", "<tools></tools><tool_response>x</tool_response>",
]


def post(url: str, body: dict) -> dict:
    """The JSON response to a JSON request."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def random_unicode(r: random.Random) -> str:
    """Up to sixty characters: mostly ASCII, some Latin and Chinese, spaces and line breaks."""
    return "".join(
        chr(r.choice([r.randint(32, 126), r.randint(32, 126), r.randint(0xA1, 0x2FF), r.randint(0x4E00, 0x4E80),
                      10, 32]))
        for _ in range(r.randint(1, 60))
    )


def check_tokens(url: str, tokenizer: Tokenizer, r: random.Random) -> int:
    """Tokenize rendered conversations and odd strings on both sides; returns the number of differences."""
    strings = [whole(gen.document(r, WEIGHTS)) for _ in range(250)]
    strings += ODD_STRINGS
    strings += [random_unicode(r) for _ in range(100)]
    different = 0
    for string in strings:
        ours = tokenizer.encode(string).ids
        body = {"content": string, "add_special": False, "parse_special": True}
        theirs = post(url + "/tokenize", body)["tokens"]
        if ours != theirs:
            different += 1
            print("DIFFERENT", repr(string[:80]), ours[:20], theirs[:20])
    print("tokenizer strings", len(strings), "different", different)
    return different


def as_request(messages: list[dict]) -> list[dict]:
    """Messages as an OpenAI client sends them: call ids, arguments as a string."""
    out = []
    for message in messages:
        message = dict(message)
        if message.get("tool_calls"):
            functions = [call["function"] for call in message["tool_calls"]]
            message["tool_calls"] = [
                {"id": "c1", "type": "function",
                 "function": {"name": f["name"], "arguments": json.dumps(f["arguments"])}}
                for f in functions
            ]
        if message["role"] == "tool":
            message["tool_call_id"] = "c1"
        out.append(message)
    return out


def check_template(url: str, r: random.Random) -> int:
    """Render conversations with our code, with jinja2 and with the server; returns the number of differences."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    template = environment.from_string((FOLDER / "chat_template.jinja").read_text(encoding="utf-8"))
    by_jinja = by_server = 0
    for i in range(250):
        document = gen.document(r, WEIGHTS)
        messages, tools = document["messages"], document["tools"]
        ours = whole(document)
        rendered = template.render(messages=messages, tools=tools, add_generation_prompt=False)
        if ours != rendered:
            by_jinja += 1
            print("JINJA DIFFERS", repr(ours[:200]), repr(rendered[:200]))
        if i >= 150:
            continue
        end = max(j for j, message in enumerate(messages) if message["role"] == "assistant")
        body = {"messages": as_request(messages[:end])} | ({"tools": tools} if tools else {})
        theirs = post(url + "/apply-template", body)["prompt"]
        ours = whole({"messages": messages[:end], "tools": tools}) + "<|im_start|>assistant\n"
        if ours != theirs:
            by_server += 1
            print("SERVER DIFFERS", repr(ours[-300:]), repr(theirs[-300:]), sep="\n")
    print("jinja different", by_jinja, "llama.cpp template different", by_server)
    return by_jinja + by_server


def main() -> None:
    """Command line; the exit status is 1 when anything differs."""
    parser = argparse.ArgumentParser(description="Compare tokenizer and chat template with a running llama-server.")
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:18087", help="the server (default: %(default)s)")
    parser.add_argument(
        "tokenizer", nargs="?", default=str(FOLDER / "tokenizer.json"), help="tokenizer file (default: the shipped one)"
    )
    options = parser.parse_args()
    r = random.Random(99)
    differences = check_tokens(options.url, Tokenizer.from_file(options.tokenizer), r)
    differences += check_template(options.url, r)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
