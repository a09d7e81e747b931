"""What the checks of OpenAI's Python library share."""

import json

import openai
from pydantic import BaseModel

from checking import Checks, same, true, weather_tool

MODEL = "bumble"
SUM = [{"role": "user", "content": "What is 12 + 30?"}]
WEATHER = [{"role": "user", "content": "What is the weather in Oslo?"}]
TOOLS = [weather_tool()]
# One greedy candidate: the same text each time.
GREEDY = {"temperature": 0, "extra_body": {"swarm": False}}
WORDS = "word " * 4000

checks = Checks(f"openai-python {openai.__version__}")
check = checks.check


class City(BaseModel):
    city: str
    population: int


CITY_FORMAT = {
    "type": "json_schema",
    "json_schema": {
        "name": "city",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"city": {"type": "string", "maxLength": 20}, "population": {"type": "integer"}},
            "required": ["city", "population"],
            "additionalProperties": False,
        },
    },
}


def create(client, **fields):
    return client.chat.completions.create(**{"model": MODEL, "messages": SUM, "max_tokens": 100} | fields)


def counted(usage):
    """Usage whose sum is right."""
    true(usage is not None, "usage")
    true(usage.prompt_tokens > 0, "prompt_tokens above 0", usage.prompt_tokens)
    same(usage.prompt_tokens + usage.completion_tokens, usage.total_tokens, "usage.total_tokens")
    true(usage.prompt_tokens_details.cached_tokens <= usage.prompt_tokens, "cached_tokens within prompt_tokens", usage)


def gather(stream):
    """Contents, calls, finish reasons and usage of a stream, choice by choice, as an application puts them together."""
    texts, calls, reasons, usage = {}, {}, {}, None
    for chunk in stream:
        same(chunk.object, "chat.completion.chunk", "object of a chunk")
        usage = chunk.usage or usage
        for choice in chunk.choices:
            texts[choice.index] = texts.get(choice.index, "") + (choice.delta.content or "")
            for delta in choice.delta.tool_calls or []:
                call = calls.setdefault((choice.index, delta.index), {"id": None, "name": "", "arguments": ""})
                call["id"] = delta.id or call["id"]
                call["name"] += delta.function.name or ""
                call["arguments"] += delta.function.arguments or ""
            if choice.finish_reason:
                true(choice.index not in reasons, "one finish_reason per choice", choice)
                reasons[choice.index] = choice.finish_reason
    return texts, list(calls.values()), reasons, usage


def weather_call(name, text):
    same(name, "get_weather", "name of the call")
    value = json.loads(text)
    same(list(value), ["city"], "members of the arguments")
    true(isinstance(value["city"], str), "a text as city", value)
