"""Anthropic's Python library against a running server."""

import anthropic
from anthropic import Anthropic, BadRequestError, NotFoundError

from checking import Checks, Server, arguments, raises, same, true, weather_tool

MODEL = "bumble"
SUM = [{"role": "user", "content": "What is 12 + 30?"}]
WEATHER = [{"role": "user", "content": "What is the weather in Oslo?"}]
FUNCTION = weather_tool()["function"]
TOOLS = [{"name": FUNCTION["name"], "description": FUNCTION["description"], "input_schema": FUNCTION["parameters"]}]
GREEDY = {"extra_body": {"swarm": False, "temperature": 0}}

checks = Checks(f"anthropic {anthropic.__version__}")
check = checks.check


def create(client, **fields):
    return client.messages.create(**{"model": MODEL, "max_tokens": 100, "messages": SUM} | fields)


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def uses_of(message):
    uses = [block for block in message.content if block.type == "tool_use"]
    for use in uses:
        same(use.name, "get_weather", "name of the call")
        same(list(use.input), ["city"], "members of the input")
        true(isinstance(use.input["city"], str), "a text as city", use.input)
    same(len({use.id for use in uses}), len(uses), "number of different ids")
    return uses


@check("messages")
def _(client):
    message = create(client)
    same((message.type, message.role, message.model), ("message", "assistant", MODEL), "type, role, model")
    same((message.stop_reason, message.stop_sequence), ("end_turn", None), "stop_reason and stop_sequence")
    true("42" in text_of(message), "42 in the answer", message.content)
    true(message.usage.output_tokens > 0, "output_tokens above 0", message.usage)
    same(message.model_dump()["swarm"]["n_finished"] >= 1, True, "a report")


@check("messages, streamed")
def _(client):
    kinds, texts = [], []
    for event in create(client, stream=True):
        kinds.append(event.type)
        if event.type == "content_block_delta":
            texts.append(event.delta.text)
        if event.type == "message_delta":
            same(event.delta.stop_reason, "end_turn", "stop_reason")
            true(event.usage.output_tokens > 0, "output_tokens above 0", event.usage)
    same((kinds[0], kinds[-2:]), ("message_start", ["message_delta", "message_stop"]), "first and last events")
    true("42" in "".join(texts), "42 in the answer", texts)


@check("messages, stream helper, says the same as whole")
def _(client):
    whole = create(client, **GREEDY)
    with client.messages.stream(model=MODEL, max_tokens=100, messages=SUM, **GREEDY) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    same(text, text_of(whole), "streamed text")
    same(text_of(final), text, "text of the final message")
    same(final.usage.output_tokens, whole.usage.output_tokens, "output_tokens")
    same(total_input(final.usage), total_input(whole.usage), "tokens of the prompt")


def total_input(usage):
    return usage.input_tokens + (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)


@check("messages, blocks, system, stop sequences, metadata")
def _(client):
    message = create(
        client,
        system=[{"type": "text", "text": "Be short.", "cache_control": {"type": "ephemeral"}}],
        messages=[
            {"role": "user", "content": [{"type": "text", "text": "hi"}, {"type": "text", "text": "What is 2 + 3?"}]}
        ],
        stop_sequences=["\n"],
        extra_body={"temperature": 0.5, "top_k": 20},
        metadata={"user_id": "u"},
    )
    true("\n" not in text_of(message), "no text from the stop sequence on", message.content)


@check("messages, max_tokens ends it")
def _(client):
    message = create(client, max_tokens=2)
    same((message.stop_reason, message.usage.output_tokens), ("max_tokens", 2), "stop_reason and output_tokens")


@check("count_tokens is what the message costs")
def _(client):
    for fields in ({}, {"tools": TOOLS}, {"system": "Be short."}):
        counted = client.messages.count_tokens(model=MODEL, messages=SUM, **fields).input_tokens
        same(counted, total_input(create(client, **fields).usage), f"input_tokens with {sorted(fields)}")


@check("tools, two turns")
def _(client):
    message = create(client, messages=WEATHER, tools=TOOLS, tool_choice={"type": "any"})
    same(message.stop_reason, "tool_use", "stop_reason")
    results = [{"type": "tool_result", "tool_use_id": use.id, "content": "rain 12"} for use in uses_of(message)]
    true(results, "a call", message.content)
    turn = WEATHER + [{"role": "assistant", "content": message.content}, {"role": "user", "content": results}]
    answer = create(client, messages=turn, tools=TOOLS, **GREEDY)
    true("rain" in text_of(answer), "an answer that uses the result", answer.content)


@check("tools, two turns, streamed, results as blocks")
def _(client):
    def streamed(**fields):
        with client.messages.stream(model=MODEL, max_tokens=100, tools=TOOLS, **fields) as stream:
            for _ in stream:
                pass
            return stream.get_final_message()

    message = streamed(messages=WEATHER, tool_choice={"type": "tool", "name": "get_weather"})
    same(message.stop_reason, "tool_use", "stop_reason")
    results = [
        {"type": "tool_result", "tool_use_id": use.id, "content": [{"type": "text", "text": "rain 12"}]}
        for use in uses_of(message)
    ]
    true(results, "a call", message.content)
    turn = WEATHER + [{"role": "assistant", "content": message.content}, {"role": "user", "content": results}]
    true("rain" in text_of(streamed(messages=turn, **GREEDY)), "an answer that uses the result")


@check("tools, auto, none, one at most, and a failed result")
def _(client):
    same(create(client, messages=WEATHER, tools=TOOLS).stop_reason, "tool_use", "stop_reason with auto")
    same(uses_of(create(client, messages=WEATHER, tools=TOOLS, tool_choice={"type": "none"})), [], "calls with none")
    one = create(client, messages=WEATHER, tools=TOOLS, tool_choice={"type": "any", "disable_parallel_tool_use": True})
    same(len(uses_of(one)), 1, "calls with disable_parallel_tool_use")
    failed = [
        {"type": "tool_result", "tool_use_id": use.id, "content": "no network", "is_error": True}
        for use in uses_of(one)
    ]
    turn = WEATHER + [{"role": "assistant", "content": one.content}, {"role": "user", "content": failed}]
    true(create(client, messages=turn, tools=TOOLS).content, "an answer")


@check("tools with a type of their own are skipped")
def _(client):
    tools = TOOLS + [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]
    same(create(client, messages=WEATHER, tools=tools).stop_reason, "tool_use", "stop_reason")


@check("thinking")
def _(client):
    for thinking in ({"type": "enabled", "budget_tokens": 1024}, {"type": "disabled"}):
        true(create(client, thinking=thinking, max_tokens=1500).content, f"an answer with thinking {thinking['type']}")
    turn = SUM + [
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "12 + 30 = 42", "signature": "s"},
                {"type": "text", "text": "42"},
            ],
        },
        {"role": "user", "content": "What is 2 + 3?"},
    ]
    true("5" in text_of(create(client, messages=turn)), "an answer after thoughts in the history")


@check("beta messages and unknown betas")
def _(client):
    message = client.beta.messages.create(
        model="claude-sonnet-4-6",
        max_tokens=100,
        messages=SUM,
        betas=["interleaved-thinking-2025-05-14", "x-2030-01-01"],
    )
    same(message.model, "claude-sonnet-4-6", "the name that was asked for")


@check("models")
def _(client):
    same([model.id for model in client.models.list(limit=1000)], [MODEL], "ids")
    model = client.models.retrieve(MODEL)
    same((model.id, model.type), (MODEL, "model"), "id and type")
    true(model.created_at.year >= 2020, "a date", model.created_at)
    raises(NotFoundError, lambda: client.models.retrieve("nothing"))


@check("errors, a conversation that is too long")
def _(client):
    long = [{"role": "user", "content": "word " * 4000}]
    for stream in (False, True):
        error = raises(BadRequestError, lambda: create(client, messages=long, stream=stream))
        same(error.body["type"], "error", "type of the body")
        same(error.body["error"]["type"], "invalid_request_error", "type of the error")
        true(error.body["error"]["message"].startswith("prompt is too long: "), "prompt is too long", error.body)
    true(error.request_id, "a request id, which the library shows to users", error.request_id)


@check("errors, bad parameters")
def _(client):
    for fields in ({"messages": []}, {"max_tokens": -1}, {"extra_body": {"temperature": -1}}, {"tools": [{"x": 1}]}):
        error = raises(BadRequestError, lambda: create(client, **fields))
        same(error.body["error"]["type"], "invalid_request_error", f"type of the error for {fields}")


@check("a stream that is left")
def _(client):
    with client.messages.stream(
        model=MODEL, max_tokens=1000, messages=[{"role": "user", "content": "hello"}]
    ) as stream:
        next(iter(stream))


def main():
    options = arguments(__doc__)
    with Server(options.swarm, options.bumble, MODEL) as server:
        with Anthropic(base_url=server.root, api_key="none", max_retries=0, timeout=120) as client:
            checks.run(server, client, only=options.only)
    raise SystemExit(checks.failed > 0)


if __name__ == "__main__":
    main()
