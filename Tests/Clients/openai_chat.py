"""Chat completions through OpenAI's Python library."""

import asyncio
import json

import openai
from openai import AsyncOpenAI
from pydantic import BaseModel

from checking import same, true
from openai_shared import (
    CITY_FORMAT,
    GREEDY,
    MODEL,
    SUM,
    TOOLS,
    WEATHER,
    City,
    check,
    counted,
    create,
    gather,
    weather_call,
)


@check("chat")
def _(client):
    reply = create(client)
    same(reply.object, "chat.completion", "object")
    same(reply.model, MODEL, "model")
    same([choice.index for choice in reply.choices], [0], "indices of the choices")
    same(reply.choices[0].finish_reason, "stop", "finish_reason")
    true("42" in reply.choices[0].message.content, "42 in the answer", reply.choices[0].message.content)
    same(reply.choices[0].message.tool_calls, None, "tool_calls")
    counted(reply.usage)
    true(reply.model_extra["swarm"]["n_finished"] >= 1, "a report", reply.model_extra)


@check("chat, streamed, says the same as whole")
def _(client):
    whole = create(client, **GREEDY)
    texts, calls, reasons, usage = gather(create(client, stream=True, stream_options={"include_usage": True}, **GREEDY))
    same(texts, {0: whole.choices[0].message.content}, "streamed text")
    same((calls, reasons), ([], {0: "stop"}), "calls and finish reasons")
    counted(usage)
    same(usage.completion_tokens, whole.usage.completion_tokens, "completion_tokens")


@check("chat, streamed without include_usage")
def _(client):
    chunks = list(create(client, stream=True))
    same([chunk for chunk in chunks if chunk.usage], [], "chunks with usage")
    true(all(chunk.choices for chunk in chunks), "a choice in every chunk")


@check("chat, older and newer roles and fields")
def _(client):
    messages = [
        {"role": "developer", "content": "Be short."},
        {"role": "system", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "hi"},
        {"role": "user", "content": [{"type": "text", "text": "What is 2 + 3?"}]},
    ]
    reply = client.chat.completions.create(
        model=MODEL,
        messages=messages,
        max_completion_tokens=30,
        presence_penalty=0.1,
        frequency_penalty=0.1,
        logit_bias={"100": -100},
        user="u1",
        seed=7,
        stop=["END"],
        top_p=0.9,
        metadata={"a": "b"},
        store=False,
        service_tier="auto",
        reasoning_effort="low",
        prompt_cache_key="k",
        safety_identifier="s",
    )
    true(reply.choices[0].finish_reason in ("stop", "length"), "an ended answer", reply.choices[0])


@check("chat, max_tokens ends it with length")
def _(client):
    reply = create(client, max_tokens=2)
    same(reply.choices[0].finish_reason, "length", "finish_reason")
    same(reply.usage.completion_tokens, 2, "completion_tokens")


@check("chat, stop strings")
def _(client):
    whole = create(client, **GREEDY).choices[0].message.content
    reply = create(client, stop=["\n"], **GREEDY)
    same(reply.choices[0].message.content, whole.split("\n")[0], "text before the stop string")
    same(reply.choices[0].finish_reason, "stop", "finish_reason")


@check("chat, the same seed gives the same answer")
def _(client):
    fields = {"seed": 7, "temperature": 1, "extra_body": {"swarm": False}}
    same(
        create(client, **fields).choices[0].message.content,
        create(client, **fields).choices[0].message.content,
        "second answer",
    )


@check("chat, tools")
def _(client):
    reply = create(client, messages=WEATHER, tools=TOOLS, tool_choice="auto")
    choice = reply.choices[0]
    same(choice.finish_reason, "tool_calls", "finish_reason")
    true(choice.message.tool_calls, "a call", choice.message)
    for call in choice.message.tool_calls:
        same(call.type, "function", "type of the call")
        weather_call(call.function.name, call.function.arguments)
    true(not choice.message.content, "no text beside the call", choice.message.content)


@check("chat, tools, streamed")
def _(client):
    texts, calls, reasons, usage = gather(
        create(client, messages=WEATHER, tools=TOOLS, stream=True, stream_options={"include_usage": True})
    )
    same(reasons, {0: "tool_calls"}, "finish reasons")
    true(calls, "a call", texts)
    for call in calls:
        true(call["id"], "an id", call)
        weather_call(call["name"], call["arguments"])
    counted(usage)


@check("chat, tools, the answer after the result")
def _(client):
    message = create(client, messages=WEATHER, tools=TOOLS, tool_choice="required").choices[0].message
    results = [{"role": "tool", "tool_call_id": call.id, "content": "rain 12"} for call in message.tool_calls]
    for stream in (False, True):
        messages = WEATHER + [message, *results]
        reply = create(client, messages=messages, tools=TOOLS, stream=stream, **GREEDY)
        text = gather(reply)[0][0] if stream else reply.choices[0].message.content
        true("rain" in text, "an answer that uses the result", text)


@check("chat, tools, none wanted")
def _(client):
    reply = create(client, tools=TOOLS, tool_choice="none", messages=WEATHER)
    same(reply.choices[0].message.tool_calls, None, "tool_calls")
    same(reply.choices[0].finish_reason in ("stop", "length"), True, "an answer in text")


@check("chat, tools, required and forced")
def _(client):
    for choice in ("required", {"type": "function", "function": {"name": "get_weather"}}):
        for stream in (False, True):
            reply = create(client, messages=WEATHER, tools=TOOLS, tool_choice=choice, stream=stream, temperature=0)
            if stream:
                _, calls, reasons, _ = gather(reply)
                found, reason = [(call["name"], call["arguments"]) for call in calls], reasons[0]
            else:
                found = [
                    (call.function.name, call.function.arguments) for call in reply.choices[0].message.tool_calls or []
                ]
                reason = reply.choices[0].finish_reason
            same(reason, "tool_calls", f"finish_reason with tool_choice {choice}, stream {stream}")
            true(found, f"a call with tool_choice {choice}, stream {stream}")
            for name, text in found:
                weather_call(name, text)


@check("chat, tools, required although the model would rather answer")
def _(client):
    for choice in ("required", {"type": "function", "function": {"name": "get_weather"}}):
        message = create(client, tools=TOOLS, tool_choice=choice, max_tokens=200).choices[0].message
        true(message.tool_calls, f"a call with tool_choice {choice}", message.content)
        true(not message.content, "no text before the call", message.content)


@check("chat, tools, parallel and not")
def _(client):
    messages = [{"role": "user", "content": "What is the weather in Oslo and in Rome?"}]
    ids = set()
    for _ in range(4):
        calls = create(client, messages=messages, tools=TOOLS, tool_choice="required").choices[0].message.tool_calls
        for call in calls:
            true(call.id not in ids, "an id that no other call has", call.id)
            ids.add(call.id)
        reply = create(client, messages=messages, tools=TOOLS, tool_choice="required", parallel_tool_calls=False)
        same(len(reply.choices[0].message.tool_calls), 1, "calls with parallel_tool_calls false")


@check("chat, tools, stream helper")
def _(client):
    kinds = []
    with client.chat.completions.stream(
        model=MODEL,
        messages=WEATHER,
        tools=TOOLS,
        tool_choice="required",
        max_tokens=100,
        stream_options={"include_usage": True},
    ) as stream:
        for event in stream:
            kinds.append(event.type)
        final = stream.get_final_completion()
    true("tool_calls.function.arguments.done" in kinds, "the event that ends the arguments", sorted(set(kinds)))
    weather_call(
        final.choices[0].message.tool_calls[0].function.name, final.choices[0].message.tool_calls[0].function.arguments
    )
    counted(final.usage)


@check("chat, text, stream helper")
def _(client):
    deltas = []
    with client.chat.completions.stream(model=MODEL, messages=SUM, max_tokens=100) as stream:
        for event in stream:
            if event.type == "content.delta":
                deltas.append(event.delta)
        final = stream.get_final_completion()
    same("".join(deltas), final.choices[0].message.content, "text of the deltas")


@check("chat, n")
def _(client):
    reply = create(client, n=3)
    same([choice.index for choice in reply.choices], [0, 1, 2], "indices of the choices")
    true(all(choice.message.content for choice in reply.choices), "texts", reply.choices)
    counted(reply.usage)
    texts, _, reasons, _ = gather(create(client, n=3, stream=True))
    same(sorted(texts), [0, 1, 2], "indices of the streamed choices")
    same(sorted(reasons), [0, 1, 2], "choices with a finish_reason")


@check("chat, logprobs")
def _(client):
    choice = create(client, logprobs=True, top_logprobs=2, **GREEDY).choices[0]
    tokens = choice.logprobs.content
    same("".join(token.token for token in tokens), choice.message.content, "text of the tokens")
    same({len(token.top_logprobs) for token in tokens}, {2}, "alternatives per token")
    true(all(token.logprob <= 0 for token in tokens), "logarithms of probabilities")
    same(bytes(b for token in tokens for b in token.bytes).decode(), choice.message.content, "bytes of the tokens")
    streamed = [
        token.token
        for chunk in create(client, logprobs=True, top_logprobs=2, stream=True, **GREEDY)
        for each in chunk.choices
        if each.logprobs
        for token in each.logprobs.content or []
    ]
    same("".join(streamed), choice.message.content, "text of the streamed tokens")


@check("chat, json_schema")
def _(client):
    City.model_validate_json(create(client, response_format=CITY_FORMAT).choices[0].message.content, strict=True)
    texts = gather(create(client, response_format=CITY_FORMAT, stream=True))[0]
    City.model_validate_json(texts[0], strict=True)


@check("chat, json_object")
def _(client):
    reply = create(
        client, response_format={"type": "json_object"}, messages=[{"role": "user", "content": "JSON please"}]
    )
    true(
        isinstance(json.loads(reply.choices[0].message.content), dict),
        "a JSON object",
        reply.choices[0].message.content,
    )


@check("chat, parse with pydantic")
def _(client):
    # Without a limit the text of a field may go on for ever; a length error is the library's, not a defect.
    class Answer(BaseModel):
        number: int
        sure: bool

    reply = client.chat.completions.parse(model=MODEL, messages=SUM, response_format=Answer, max_tokens=200)
    true(isinstance(reply.choices[0].message.parsed, Answer), "an Answer", reply.choices[0].message)
    with client.chat.completions.stream(model=MODEL, messages=SUM, response_format=Answer, max_tokens=200) as stream:
        for _ in stream:
            pass
        true(isinstance(stream.get_final_completion().choices[0].message.parsed, Answer), "a streamed Answer")


@check("chat, parse with a tool made by pydantic")
def _(client):
    class GetWeather(BaseModel):
        """Get the weather of a city"""

        city: str

    tool = openai.pydantic_function_tool(GetWeather, name="get_weather")
    reply = client.chat.completions.parse(
        model=MODEL, messages=WEATHER, tools=[tool], tool_choice="required", max_tokens=200
    )
    true(isinstance(reply.choices[0].message.tool_calls[0].function.parsed_arguments, GetWeather), "parsed arguments")


@check("chat, asynchronous, four at a time")
def _(client):
    async def all_of_them():
        async with AsyncOpenAI(base_url=str(client.base_url), api_key="none", max_retries=0) as several:
            return await asyncio.gather(*[create(several, seed=seed) for seed in range(4)])

    for reply in asyncio.run(all_of_them()):
        true("42" in reply.choices[0].message.content, "42 in the answer", reply.choices[0].message.content)


@check("chat, a stream that is left")
def _(client):
    with create(client, stream=True, max_tokens=1000, messages=[{"role": "user", "content": "hello"}]) as stream:
        next(iter(stream))
