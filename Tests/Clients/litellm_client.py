"""LiteLLM against a running server, through the prefixes that people use for local servers."""

import importlib.metadata
import json
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it looks for prices on the network
import litellm

from checking import Checks, Server, arguments, raises, same, true, weather_tool

SUM = [{"role": "user", "content": "What is 12 + 30?"}]
WEATHER = [{"role": "user", "content": "What is the weather in Oslo?"}]
TOOLS = [weather_tool()]

litellm.suppress_debug_info = True
checks = Checks(f"litellm {importlib.metadata.version('litellm')}")


class Client:
    """One prefix with its base URL."""

    def __init__(self, prefix, base):
        self.prefix = prefix
        self.fields = {
            "model": f"{prefix}bumble",
            "api_base": base,
            "api_key": "none",
            "num_retries": 0,
            "timeout": 120,
        }

    def complete(self, **fields):
        return litellm.completion(**self.fields | {"messages": SUM, "max_tokens": 100} | fields)


def weather_calls(message):
    for call in message.tool_calls or []:
        same(call.function.name, "get_weather", "name of the call")
        same(list(json.loads(call.function.arguments)), ["city"], "members of the arguments")
    return message.tool_calls or []


def rebuilt(chunks, messages):
    chunks = list(chunks)
    return litellm.stream_chunk_builder(chunks, messages=messages)


def chat(client):
    reply = client.complete()
    same(reply.choices[0].finish_reason, "stop", "finish_reason")
    true("42" in reply.choices[0].message.content, "42 in the answer", reply.choices[0].message.content)
    true(reply.usage.prompt_tokens > 0 and reply.usage.completion_tokens > 0, "usage", reply.usage)


def chat_streamed(client):
    reply = rebuilt(client.complete(stream=True, stream_options={"include_usage": True}), SUM)
    same(reply.choices[0].finish_reason, "stop", "finish_reason")
    true("42" in reply.choices[0].message.content, "42 in the answer", reply.choices[0].message.content)
    same(reply.usage.total_tokens, reply.usage.prompt_tokens + reply.usage.completion_tokens, "usage.total_tokens")


def tools(client):
    reply = client.complete(messages=WEATHER, tools=TOOLS, tool_choice="required")
    same(reply.choices[0].finish_reason, "tool_calls", "finish_reason")
    calls = weather_calls(reply.choices[0].message)
    true(calls, "a call", reply.choices[0].message)
    results = [{"role": "tool", "tool_call_id": call.id, "name": "get_weather", "content": "rain 12"} for call in calls]
    turn = WEATHER + [reply.choices[0].message.model_dump(), *results]
    answer = client.complete(messages=turn, tools=TOOLS, temperature=0).choices[0].message.content
    true("rain" in (answer or ""), "an answer that uses the result", answer)


def tools_streamed(client):
    reply = rebuilt(client.complete(messages=WEATHER, tools=TOOLS, stream=True), WEATHER)
    same(reply.choices[0].finish_reason, "tool_calls", "finish_reason")
    true(weather_calls(reply.choices[0].message), "a call", reply.choices[0].message)


def overflow(client):
    long = [{"role": "user", "content": "word " * 4000}]
    raises(litellm.ContextWindowExceededError, lambda: client.complete(messages=long))
    raises(litellm.ContextWindowExceededError, lambda: list(client.complete(messages=long, stream=True)))


def bad_parameter(client):
    raises(litellm.BadRequestError, lambda: client.complete(messages=[{"role": "nobody", "content": "x"}]))


def json_schema(client):
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer"}},
        "required": ["n"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "number", "strict": True, "schema": schema}}
    text = client.complete(response_format=form).choices[0].message.content
    same(list(json.loads(text)), ["n"], "members of the answer")


def embedding(client):
    fields = client.fields | {"input": ["hello", "good bye"]}
    reply = litellm.embedding(**fields)
    same(len(reply.data), 2, "number of embeddings")
    true(all(isinstance(x, float) for x in reply.data[0]["embedding"]), "numbers", reply.data[0])


def text_completion(client):
    fields = client.fields | {"model": "text-completion-openai/bumble"}
    reply = litellm.text_completion(**fields, prompt="def add", max_tokens=4)
    true(reply.choices[0].text, "a text", reply.choices)
    chunks = list(litellm.text_completion(**fields, prompt="def add", max_tokens=4, stream=True))
    true("".join(chunk.choices[0].text or "" for chunk in chunks if chunk.choices), "a streamed text", chunks)


def main():
    options = arguments(__doc__)
    with Server(options.swarm, options.bumble, "bumble") as server:
        for prefix, base in {"openai/": server.base, "hosted_vllm/": server.base, "anthropic/": server.root}.items():
            client = Client(prefix, base)
            for function in (chat, chat_streamed, tools, tools_streamed, overflow, bad_parameter, json_schema):
                checks.check(f"{prefix} {function.__name__.replace('_', ' ')}")(lambda f=function, c=client: f(c))
            if prefix != "anthropic/":
                checks.check(f"{prefix} embedding")(lambda c=client: embedding(c))
        checks.check("text completion")(lambda: text_completion(Client("openai/", server.base)))
        checks.run(server, only=options.only)
    raise SystemExit(checks.failed > 0)


if __name__ == "__main__":
    main()
