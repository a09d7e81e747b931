"""Replays recorded requests of opencode, Codex, Claude Code and the libraries, and reads the replies as they do.

The recordings are in `fixtures`. Small ones are answered by the bundled model, large ones by a model of random weights
with a long context: what it says is noise, and everything around it has to be right all the same.
"""

import copy
import json
import threading
import time

from checking import Checks, Server, Unexpected, arguments, same, true
from replies import FIXTURES, Answer, calls_are_valid, check_wire, dialect, parsed_by_all, valid

MODEL = "bumble"
SENTENCES = [
    "Read notes.txt",
    "List the files",
    "Run the tests",
    "Write 'hello' to a.txt",
    "Fetch https://example.com as markdown",
    "What is in main.py?",
    "git status",
    "Create a file b.txt containing tea",
]
# The rest of a prompt that the next turn does not repeat: where the answer would begin.
ANSWER_OPENING = 8

wire = Checks("recorded requests")
large = Checks("recorded requests, long context")
tight = Checks("recorded requests, context too small")
runs = Checks("calls")


def load(name):
    return json.loads((FIXTURES / f"{name}.request.json").read_text())


def asked(name, limit=64, **changes):
    """A recorded request, limited so that it ends soon."""
    fixture = load(name)
    body = fixture["request"].get("body")
    if body is not None and fixture["request"]["path"].split("?")[0].endswith(("completions", "/messages")):
        key = "max_completion_tokens" if "max_completion_tokens" in body else "max_tokens"
        body[key] = min(limit, body.get(key, limit))
    if body is not None:
        body.update(copy.deepcopy(changes))
    return fixture


def replay(server, fixture):
    """Sends a recorded request, checks status, stream and calls, and returns the recording and the answer."""
    request, expected = fixture["request"], fixture["expect"]
    body, kind = request.get("body"), dialect(request["path"])
    if not (body or {}).get("stream"):
        reply = server.request(request["method"], request["path"], body, request["headers"])
        same(
            (reply.status, reply.text if reply.status != expected["status"] else ""), (expected["status"], ""), "status"
        )
        true("json" in reply.headers["content-type"], "JSON by its content-type", reply.headers)
        if kind not in ("chat", "responses", "messages"):
            return reply, None
        answer = Answer(kind, reply.json())
        same(len(reply.json().get("choices", [0])), expected.get("choices", 1), "number of choices")
    else:
        reply = server.stream(request["path"], body, request["headers"])
        same(
            (reply.status, reply.text if reply.status != expected["status"] else ""), (expected["status"], ""), "status"
        )
        kind_of_body = reply.headers["content-type"]
        true(kind_of_body.startswith("text/event-stream"), "an event stream by its content-type", kind_of_body)
        same(reply.headers.get("content-encoding"), None, "content-encoding")
        if kind == "completions":
            same(reply.text.rstrip().endswith("data: [DONE]"), True, "[DONE] at the end")
            return reply, None
        answer = Answer.streamed(kind, reply.text)
        parsed_by_all(kind, reply.text, answer.cut_off)
        for name in expected.get("events_required", []):
            if not (answer.cut_off and name == "response.completed"):
                true(f"event: {name}\n" in reply.text, f"the event {name}", reply.text[-500:])
        if kind == "chat" and (body.get("stream_options") or {}).get("include_usage"):
            same(usage(reply)["prompt_tokens"] > 0, True, "a usage chunk that counts the prompt")
    calls_are_valid(answer, body)
    return reply, answer


def usage(recording):
    return [json.loads(data) for _, data in check_wire.frames(recording.text) if '"usage":{' in data][-1]["usage"]


def remark(answer):
    context = answer.report.get("context")
    words = [f"{len(answer.calls)} calls"] if answer.calls else []
    words += (
        [f"tools {context['tools']}, {context['tokens_before']} to {context['tokens_after']} tokens"] if context else []
    )
    return ", ".join(words + (["cut off"] if answer.cut_off else []))


@wire.check("the parsers understand what is right and refuse what is wrong")
def _(server, _options):
    for path in sorted(FIXTURES.glob("*.sse")):
        if not path.name.startswith("d_completions"):
            kind = {"e": "responses", "f": "messages"}.get(path.name[0], "chat")
            failures = [failure for failure in check_wire.run(kind, path.read_text(), show=False).values() if failure]
            same(bool(failures), "error" in path.name or "failed" in path.name, f"whether {path.name} is refused")
    for case in json.loads((FIXTURES / "g_bad_streams.json").read_text())["cases"]:
        text = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in case["chunks"]) + "data: [DONE]\n\n"
        true(any(check_wire.run("chat", text, show=False).values()), f"a parser that refuses: {case['name']}")


def add_plain():
    """One check for each recorded request that the bundled model's context holds."""
    elsewhere = {"a_opencode_v1_turn1", "b_opencode_v1_turn2", "d_embeddings_tokens_float", "d_models_retrieve"}
    for path in sorted(FIXTURES.glob("*.request.json")):
        name = path.name.removesuffix(".request.json")
        if name not in elsewhere:

            @wire.check(name)
            def _(server, _options, name=name):
                limit = 200 if name.startswith("d_chat_json") or name.startswith("d_chat_tool") else 64
                reply, answer = replay(server, asked(name, limit))
                if answer is not None:
                    holds_its_form(answer, load(name)["request"]["body"])
                    return remark(answer)


def holds_its_form(answer, body):
    """What the form of a reply or a forced call asks for."""
    form = body.get("response_format") or {}
    if form and not answer.cut_off:
        value = json.loads(answer.text)
        true(isinstance(value, dict), "a JSON object", answer.text)
        if form["type"] == "json_schema":
            valid(value, form["json_schema"]["schema"], "the answer")
    if isinstance(body.get("tool_choice"), dict):
        true(answer.calls, "a call of the tool that is forced", answer.text)


add_plain()


@wire.check("d_models_retrieve, by the name of the model")
def _(server, _options):
    request = load("d_models_retrieve")["request"]
    path = request["path"].replace("qwen3-coder-30b", MODEL)
    same(server.request("GET", path, headers=request["headers"]).json()["id"], MODEL, "id")


@wire.check("d_chat_n2_logprobs, the same seed gives the same texts")
def _(server, _options):
    texts = [replay(server, asked("d_chat_n2_logprobs"))[1].text for _ in range(2)]
    same(texts[1], texts[0], "texts of the second reply")


@wire.check("f_messages_claude_code_turn1, the changing header of the system prompt costs no prefix")
def _(server, _options):
    counts = []
    for nonce in ("11111", "22222"):
        fixture = asked("f_messages_claude_code_turn1")
        fixture["request"]["body"]["system"][0]["text"] = f"x-anthropic-billing-header: cc_version=2; cch={nonce};"
        counts.append(usage(replay(server, fixture)[0]))
    cached, fresh = counts[1]["cache_read_input_tokens"], counts[1]["input_tokens"]
    true(
        fresh <= ANSWER_OPENING,
        f"at most {ANSWER_OPENING} tokens read in the second request",
        f"{fresh}, cached {cached}",
    )


@wire.check("f_messages_count_tokens, as many as the message has")
def _(server, _options):
    counted = replay(server, load("f_messages_count_tokens"))[0].json()["input_tokens"]
    used = usage(replay(server, asked("f_messages_claude_code_turn1"))[0])
    same(counted, used["input_tokens"] + used["cache_read_input_tokens"], "input_tokens")


@large.check("a, a title request meanwhile, then b with a's prefix")
def _(server, _options):
    first, title = {}, None
    thread = threading.Thread(target=attempt, args=(first, lambda: replay(server, asked("a_opencode_v1_turn1"))))
    thread.start()
    try:
        while server.health()["engine"]["prefilling"] == 0 and thread.is_alive():
            time.sleep(0.1)
        sent = time.monotonic()
        title, _ = replay(server, asked("c_opencode_v1_title", limit=8))
        took = time.monotonic() - sent
        beside = thread.is_alive()
    finally:
        thread.join()
    if "error" in first:
        raise first["error"]
    recording, _ = first["result"]
    whole = recording.first_data_after
    true(beside, "the title's answer while the large prompt is read", f"after {took:.1f} s; a took {whole:.1f} s")
    true(recording.headers_after < 1, "headers of a within a second", f"{recording.headers_after:.2f} s")
    true(recording.longest_silence < 10, "a sign of life at least every 10 s", f"{recording.longest_silence:.1f} s")
    second, _ = replay(server, asked("b_opencode_v1_turn2"))
    cached, prompt = usage(second)["prompt_tokens_details"]["cached_tokens"], usage(recording)["prompt_tokens"]
    true(cached >= prompt - ANSWER_OPENING, f"at least {prompt - ANSWER_OPENING} cached tokens in b", cached)
    true(
        second.first_data_after < whole / 3, f"b's first token in a third of a's {whole:.1f} s", second.first_data_after
    )
    return (
        f"a's first token after {whole:.1f} s, the title after {took:.1f} s, b's after {second.first_data_after:.1f} s"
    )


def attempt(result, call):
    try:
        result["result"] = call()
    except Exception as error:
        result["error"] = error


@large.check("a again and again, its calls valid")
def _(server, options):
    # Without a seed, since one makes the server read the prompt afresh; the report tells the one that was drawn.
    count, called = max(2, options.runs // 10), 0
    for run in range(count):
        choice = "required" if run % 2 else "auto"
        _, answer = replayed(server, asked("a_opencode_v1_turn1", limit=256 if run % 2 else 64, tool_choice=choice))
        called += bool(answer.calls)
        true(answer.calls or choice == "auto", "a call when one is required", answer.text)
    return f"{count} runs, {called} with calls"


def replayed(server, fixture):
    """As `replay`, with the seed in the words of a failure."""
    body = fixture["request"]["body"]
    try:
        return replay(server, fixture)
    except Unexpected as error:
        said = body["messages"][-1]["content"]
        raise Unexpected(f"{error} (seed {body.get('seed', 'drawn')}, last message {said!r})") from error


@large.check("d_embeddings_tokens_float")
def _(server, _options):
    reply, _ = replay(server, load("d_embeddings_tokens_float"))
    same(len(reply.json()["data"][0]["embedding"]), 256, "dimensions")


@tight.check("a is refused at once with context full")
def _(server, _options):
    request = asked("a_opencode_v1_turn1", swarm={"context": "full"})["request"]
    started = time.monotonic()
    reply = server.post(request["path"], request["body"], request["headers"])
    took = time.monotonic() - started
    same((reply.status, reply.json()["error"]["code"]), (400, "context_length_exceeded"), "status and code")
    true(took < 2, "the refusal within 2 s", f"{took:.1f} s")


@tight.check("a with max_tokens 32000 is made to fit")
def _(server, _options):
    # A model of random weights may never stop by itself: nearly any text does it here.
    fixture = asked("a_opencode_v1_turn1", max_tokens=32000, stop=list(" eaionrst\n(._lud"))
    _, answer = replay(server, fixture)
    true(answer.report.get("context"), "a report on what was shortened", answer.report)
    return remark(answer)


@tight.check("a with 60 more tools is made to fit")
def _(server, _options):
    body = load("a_opencode_v1_turn1")["request"]["body"]
    tools = body["tools"]
    copies = [copy.deepcopy(tools[place % len(tools)]) for place in range(60)]
    for place, tool in enumerate(copies):
        tool["function"]["name"] = f"mcp_{place}_{tool['function']['name']}"
    _, answer = replay(server, asked("a_opencode_v1_turn1", limit=16, tools=tools + copies))
    size = len(json.dumps(tools + copies))
    true(answer.report.get("context"), "a report on what was shortened", answer.report)
    return f"{size} bytes of tools, {remark(answer)}"


def repeated(server, options, body_of):
    """As many seeds as asked for; counts calls, answers cut off and how tools were shown."""
    called, cut, shown, ids, failures = 0, 0, set(), set(), []
    for seed in range(1, options.runs + 1):
        body = body_of(seed) | {"model": MODEL, "seed": seed, "max_tokens": 200}
        fixture = load("a_opencode_v1_turn1")
        fixture["request"]["body"] = body
        try:
            _, answer = replayed(server, fixture)
            true(answer.calls or body["tool_choice"] == "auto", f"a call (seed {seed})", answer.text)
            for identifier, *_ in answer.calls:
                true(identifier not in ids, f"an id that no earlier call had (seed {seed})", identifier)
                ids.add(identifier)
        except Unexpected as error:
            failures.append(str(error))
            continue
        called += bool(answer.calls)
        cut += answer.cut_off
        shown.add((answer.report.get("context") or {}).get("tools", "as sent"))
    true(not failures, "no failures", f"{len(failures)} of {options.runs}: {failures[:3]}")
    return f"{options.runs} seeds, {called} with calls, {cut} cut off, tools shown: {', '.join(sorted(shown))}"


def question(seed):
    return {"role": "user", "content": SENTENCES[seed % len(SENTENCES)]}


def streamed(tools, seed, choice):
    return {
        "messages": [{"role": "system", "content": "You are a coding agent."}, question(seed)],
        "tools": tools,
        "tool_choice": choice,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


EDGES = json.loads((FIXTURES / "tool_schema_edge_cases.json").read_text())["tools"]
OPENCODE = load("a_opencode_v1_turn1")["request"]["body"]["tools"]


@runs.check("opencode's tools, with many seeds")
def _(server, options):
    return repeated(server, options, lambda seed: streamed(OPENCODE, seed, "auto"))


@runs.check("opencode's tools, required, with many seeds")
def _(server, options):
    return repeated(server, options, lambda seed: streamed(OPENCODE, seed, "required"))


@runs.check("opencode's tools, shortened to fit, with many seeds")
def _(server, options):
    # Tools and so many words are more than the context holds.
    def body(seed):
        value = streamed(OPENCODE, seed, "required" if seed % 2 else "auto")
        value["messages"][0]["content"] += " word" * 1500
        return value

    words = repeated(server, options, body)
    true("as sent" not in words, "tools that were shortened in every run", words)
    return words


@runs.check("all odd schemas together, required, with many seeds")
def _(server, options):
    return repeated(server, options, lambda seed: streamed(EDGES, seed, "required"))


def add_edges():
    """One check for each of the odd schemas, its tool alone."""
    for tool in EDGES:

        @runs.check(f"the odd schema {tool['function']['name']} alone, required")
        def _(server, options, tool=tool):
            few = copy.copy(options)
            few.runs = max(3, options.runs // 10)
            return repeated(server, few, lambda seed: streamed([tool], seed, "required"))


add_edges()


def main():
    options = arguments(__doc__, runs=20)
    with Server(options.swarm, options.bumble, MODEL) as server:
        wire.run(server, server, options, only=options.only)
        runs.run(server, server, options, only=options.only)
    if options.qwen and large.wanted(options.only):
        with Server(options.swarm, options.qwen, "random", "--candidates", "1") as server:
            large.run(server, server, options, only=options.only)
    if options.qwen and tight.wanted(options.only):
        with Server(options.swarm, options.qwen, "random", "--candidates", "1", "--context", "8192") as server:
            tight.run(server, server, options, only=options.only)
    raise SystemExit(wire.failed + large.failed + tight.failed + runs.failed > 0)


if __name__ == "__main__":
    main()
