"""Show how bumble behaves through the chat API of a running llama-server. Standard library only."""
import argparse
import json
import urllib.request

PARAMETERS = {
    ("bash", "Run a shell command"): ["command", "description"],
    ("read", "Read a file"): ["filePath"],
    ("write", "Write a file"): ["filePath", "content"],
    ("webfetch", "Fetch a web page"): ["url", "format"],
}
TURNS = ["Hello", "Who are you?", "What is 12 + 30?", "My name is Tilda.", "What is my name?", "Thanks, bye"]
# Requests, and what the called tool is said to have returned.
TASKS = [
    ("List the files in src", "a.py\nmain.swift\nnotes.md"),
    ("Read notes.txt", "hello world\nsecond line"),
    ("Create a file hello.txt containing Hello world", "ok"),
    ("Fetch https://example.com", "# Example Domain\n\nThis domain is for use in examples."),
    ("Run the tests", "3 failed, 21 passed in 1.20s"),
]


def tool(name: str, description: str, parameters: list[str]) -> dict:
    """A tool in the OpenAI shape with string parameters, all required."""
    properties = {key: {"type": "string"} for key in parameters}
    schema = {"type": "object", "properties": properties, "required": parameters}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


TOOLS = [tool(name, description, keys) for (name, description), keys in PARAMETERS.items()]


def post(url: str, **body):
    """An open response of the chat endpoint, greedy unless said otherwise."""
    data = json.dumps({"temperature": 0, "max_tokens": 200} | body).encode()
    request = urllib.request.Request(url + "/v1/chat/completions", data, {"Content-Type": "application/json"})
    return urllib.request.urlopen(request, timeout=120)


def complete(url: str, **body) -> dict:
    """The first choice of a response."""
    with post(url, **body) as response:
        return json.load(response)["choices"][0]


def stream_call(url: str, messages: list[dict]) -> tuple[str, str, str | None, int]:
    """A streamed tool call: name, arguments, finish reason, number of chunks that carried it."""
    name, arguments, reason, chunks = "", "", None, 0
    with post(url, messages=messages, tools=TOOLS, stream=True) as response:
        for raw in response:
            line = raw.decode().strip()
            if not line.startswith("data: ") or line == "data: [DONE]":
                continue
            for choice in json.loads(line.removeprefix("data: "))["choices"]:
                reason = choice.get("finish_reason") or reason
                for call in choice["delta"].get("tool_calls") or []:
                    chunks += 1
                    name += call["function"].get("name") or ""
                    arguments += call["function"].get("arguments") or ""
    return name, arguments, reason, chunks


def chat(url: str) -> None:
    """A conversation of several turns."""
    messages = []
    for turn in TURNS:
        messages.append({"role": "user", "content": turn})
        choice = complete(url, messages=messages)
        content = choice["message"]["content"]
        messages.append({"role": "assistant", "content": content})
        print(f"[{choice['finish_reason']}] {turn} -> {content!r}")


def use_tools(url: str) -> None:
    """Streamed tool calls and the answers after their results."""
    for request, result in TASKS:
        messages = [{"role": "user", "content": request}]
        name, arguments, reason, chunks = stream_call(url, messages)
        print(f"[{reason}, {chunks} tool-call chunks] {request} -> {name}({arguments})")
        if not name:
            continue
        json.loads(arguments)  # raises when the arguments are no JSON
        call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}
        messages.append({"role": "assistant", "content": "", "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": "c1", "content": result})
        choice = complete(url, messages=messages, tools=TOOLS)
        print(f"    [{choice['finish_reason']}] after the result -> {choice['message']['content']!r}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Show how bumble behaves through a running llama-server.")
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:18087", help="the server (default: %(default)s)")
    url = parser.parse_args().url
    chat(url)
    use_tools(url)
    question = "What is 7 * 8?"
    choice = complete(url, messages=[{"role": "user", "content": question}], tools=TOOLS)
    message = choice["message"]
    print(f"[{choice['finish_reason']}] no tool needed: {question} -> {message['content']!r}, "
          f"tool calls: {bool(message.get('tool_calls'))}")


if __name__ == "__main__":
    main()
