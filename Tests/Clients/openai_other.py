"""Responses, completions, embeddings, models and errors through OpenAI's Python library."""

import base64
import struct

import openai
from openai import BadRequestError, NotFoundError
from pydantic import BaseModel

from checking import raises, same, true
from openai_shared import GREEDY, MODEL, TOOLS, WORDS, check, create, weather_call


@check("responses")
def _(client):
    reply = client.responses.create(
        model=MODEL, input="What is 12 + 30?", instructions="Be short.", max_output_tokens=100
    )
    same((reply.object, reply.status, reply.error), ("response", "completed", None), "object, status, error")
    true("42" in reply.output_text, "42 in the answer", reply.output_text)
    same(reply.usage.input_tokens + reply.usage.output_tokens, reply.usage.total_tokens, "usage.total_tokens")


@check("responses, streamed")
def _(client):
    events = list(client.responses.create(model=MODEL, input="What is 12 + 30?", stream=True))
    same([event.sequence_number for event in events], list(range(len(events))), "sequence numbers")
    same((events[0].type, events[-1].type), ("response.created", "response.completed"), "first and last event")
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    same(text, events[-1].response.output_text, "text of the deltas")


@check("responses, stream helper")
def _(client):
    with client.responses.stream(model=MODEL, input=[{"role": "user", "content": "What is 12 + 30?"}]) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    true("response.output_text.done" in kinds, "the event that ends the text", sorted(set(kinds)))
    true("42" in final.output_text, "42 in the answer", final.output_text)


@check("responses, tools, whole and streamed, and the answer after the result")
def _(client):
    tools = [{"type": "function", "strict": False, **TOOLS[0]["function"]}]
    for stream in (False, True):
        question = [{"role": "user", "content": "What is the weather in Oslo?"}]
        reply = client.responses.create(model=MODEL, input=question, tools=tools, tool_choice="required", stream=stream)
        if stream:
            reply = list(reply)[-1].response
        calls = [item for item in reply.output if item.type == "function_call"]
        true(calls, "a function_call", reply.output)
        weather_call(calls[0].name, calls[0].arguments)
        results = [{"type": "function_call_output", "call_id": call.call_id, "output": "rain 12"} for call in calls]
        for fields in (
            {"input": question + [item.model_dump() for item in reply.output] + results},
            {"input": results, "previous_response_id": reply.id},
        ):
            answer = client.responses.create(model=MODEL, tools=tools, **GREEDY, **fields)
            true("rain" in answer.output_text, f"an answer that uses the result ({sorted(fields)})", answer.output)


@check("responses, parse with pydantic")
def _(client):
    class Answer(BaseModel):
        number: int
        sure: bool

    reply = client.responses.parse(model=MODEL, input="What is 12 + 30?", text_format=Answer, max_output_tokens=200)
    true(isinstance(reply.output_parsed, Answer), "an Answer", reply.output_text)


@check("responses, previous_response_id, retrieve, delete")
def _(client):
    first = client.responses.create(model=MODEL, input="What is 12 + 30?")
    second = client.responses.create(model=MODEL, input="What is 2 + 3?", previous_response_id=first.id)
    same(second.previous_response_id, first.id, "previous_response_id")
    true(second.usage.input_tokens > first.usage.input_tokens, "a longer prompt in the second turn", second.usage)
    same(client.responses.retrieve(first.id).output_text, first.output_text, "text of the retrieved response")
    client.responses.delete(first.id)
    raises(NotFoundError, lambda: client.responses.retrieve(first.id))
    kept_not = client.responses.create(model=MODEL, input="What is 1 + 1?", store=False)
    raises(NotFoundError, lambda: client.responses.retrieve(kept_not.id))


@check("responses, cut off by max_output_tokens")
def _(client):
    reply = client.responses.create(model=MODEL, input="What is 12 + 30?", max_output_tokens=2)
    same((reply.status, reply.incomplete_details.reason), ("incomplete", "max_output_tokens"), "status and reason")
    last = list(client.responses.create(model=MODEL, input="What is 12 + 30?", max_output_tokens=2, stream=True))[-1]
    same(last.type, "response.incomplete", "last event")


@check("completions")
def _(client):
    reply = client.completions.create(model=MODEL, prompt="def add", max_tokens=8, temperature=0)
    same((reply.object, len(reply.choices)), ("text_completion", 1), "object and number of choices")
    true(reply.choices[0].text, "a text")
    stream = client.completions.create(
        model=MODEL, prompt="def add", max_tokens=8, temperature=0, stream=True, stream_options={"include_usage": True}
    )
    text, usage = "", None
    for chunk in stream:
        text += "".join(choice.text for choice in chunk.choices)
        usage = chunk.usage or usage
    same(text, reply.choices[0].text, "streamed text")
    same(usage.total_tokens, reply.usage.total_tokens, "streamed total_tokens")


@check("completions, several prompts, n, suffix")
def _(client):
    prompts = ["def add", "What is", "hello"]
    reply = client.completions.create(model=MODEL, prompt=prompts, n=2, max_tokens=4, best_of=2)
    same([choice.index for choice in reply.choices], list(range(6)), "indices of the choices")
    streamed = {
        choice.index
        for chunk in client.completions.create(model=MODEL, prompt=prompts, max_tokens=4, stream=True)
        for choice in chunk.choices
    }
    same(streamed, {0, 1, 2}, "indices of the streamed choices")
    true(
        client.completions.create(model=MODEL, prompt="def add", suffix="\n", max_tokens=4).choices,
        "choices with a suffix",
    )
    true(client.completions.create(model=MODEL, prompt=[5, 6, 7], max_tokens=4).choices, "choices for tokens")
    same(
        len(client.completions.create(model=MODEL, prompt=[[5, 6], [7]], max_tokens=4).choices), 2, "choices for lists"
    )


@check("completions, echo and logprobs")
def _(client):
    choice = client.completions.create(model=MODEL, prompt="def add", max_tokens=4, echo=True, logprobs=2).choices[0]
    true(choice.text.startswith("def add"), "the prompt at the start", choice.text)
    scores = choice.logprobs
    same("".join(scores.tokens), choice.text, "text of the tokens")
    same(scores.token_logprobs[0], None, "score of the first token")
    same(
        len({len(scores.tokens), len(scores.token_logprobs), len(scores.top_logprobs), len(scores.text_offset)}),
        1,
        "number of different lengths",
    )
    only = client.completions.create(model=MODEL, prompt="def add", max_tokens=0, echo=True, logprobs=1).choices[0]
    same(only.text, "def add", "the prompt that is only scored")


@check("embeddings, in base64 as the library asks by itself, and as numbers")
def _(client):
    both = client.embeddings.create(model=MODEL, input=["hello", "good bye"])
    same([item.index for item in both.data], [0, 1], "indices")
    floats = client.embeddings.create(model=MODEL, input="hello", encoding_format="float").data[0].embedding
    same(len(both.data[0].embedding), len(floats), "length")
    true(max(abs(a - b) for a, b in zip(both.data[0].embedding, floats)) < 1e-3, "the same numbers either way")
    true(abs(sum(x * x for x in floats) - 1) < 1e-3, "length one", sum(x * x for x in floats))
    raw = client.post(
        "/embeddings", body={"model": MODEL, "input": "hello", "encoding_format": "base64"}, cast_to=object
    )
    data = base64.b64decode(raw["data"][0]["embedding"])
    same(len(struct.unpack(f"<{len(data) // 4}f", data)), len(floats), "32-bit numbers in the base64 text")
    same(both.usage.total_tokens, both.usage.prompt_tokens, "usage.total_tokens")


@check("embeddings, tokens and dimensions")
def _(client):
    few = client.embeddings.create(model=MODEL, input=[[5, 6, 7], [8]], dimensions=16).data
    same([len(item.embedding) for item in few], [16, 16], "dimensions")
    same(len(client.embeddings.create(model=MODEL, input=[5, 6, 7]).data), 1, "embeddings of one list of tokens")
    error = raises(BadRequestError, lambda: client.embeddings.create(model=MODEL, input="a", dimensions=100000))
    same(error.param, "dimensions", "param")


@check("models")
def _(client):
    listed = list(client.models.list())
    same([model.id for model in listed], [MODEL], "ids")
    same(client.models.retrieve(MODEL).id, MODEL, "id of the retrieved model")
    raises(NotFoundError, lambda: client.models.retrieve("nobody/knows-this"))


@check("errors, a conversation that is too long")
def _(client):
    long = [{"role": "user", "content": WORDS}]
    for name, call in {
        "chat": lambda: create(client, messages=long),
        "chat, streamed": lambda: create(client, messages=long, stream=True),
        "responses": lambda: client.responses.create(model=MODEL, input=WORDS),
        "responses, streamed": lambda: client.responses.create(model=MODEL, input=WORDS, stream=True),
        "completions": lambda: client.completions.create(model=MODEL, prompt=WORDS),
    }.items():
        error = raises(BadRequestError, call)
        same(
            (name, error.code, error.type), (name, "context_length_exceeded", "invalid_request_error"), "code and type"
        )
        true("maximum context length is" in error.message, "the words by which clients know it", error.message)


@check("errors, bad parameters")
def _(client):
    for field, value in {
        "temperature": -1,
        "max_tokens": 0,
        "n": 0,
        "top_p": 7,
        "messages": [],
        "stop": 5,
        "tools": "x",
        "seed": "x",
    }.items():
        error = raises(BadRequestError, lambda: create(client, **{field: value}))
        true((error.param or "").split(".")[0].split("[")[0] == field, f"param to name {field}", error.param)
        true(error.message and error.type == "invalid_request_error", "message and type", error.body)


@check("errors, an unknown response")
def _(client):
    raises(NotFoundError, lambda: client.responses.retrieve("resp_unknown"))
    raises(
        openai.APIStatusError, lambda: client.responses.create(model=MODEL, input="x", previous_response_id="resp_no")
    )
