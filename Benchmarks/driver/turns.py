"""(d) The second turn of a long conversation against the first."""
from statistics import median

from driver.asking import stream
from driver.bench import filler, say


def run(bench):
    """Every round is a conversation of its own, so that its first turn finds nothing in memory."""
    model = bench.model
    tokens = 600 if bench.quick else 3000
    server = bench.swarm_server(model, 4096, 8192)
    server.wait()
    common = {"swarm": {"n": 1}, "logit_bias": bench.bias(model), "max_tokens": 16}

    def turn(messages):
        return stream(server.port, common | {"messages": messages})

    # Two short conversations wake everything and tell how many tokens a word has, and how many the template adds.
    short, long = (
        turn([{"role": "user", "content": filler(words, "probe")}]).usage["prompt_tokens"] for words in (100, 200)
    )
    words = round((tokens - 2 * short + long) * 100 / (long - short))
    firsts, seconds = [], []
    for number in range(min(bench.pairs, 3)):
        messages = [{"role": "user", "content": filler(words, number)}]
        first = turn(messages)
        messages += [{"role": "assistant", "content": first.texts[0]}, {"role": "user", "content": "And what else?"}]
        second = turn(messages)
        firsts.append(first)
        seconds.append(second)
        say(f"  first token after {first.first_token:.2f} s, in the second turn after {second.first_token:.2f} s")
    for name, replies in (("first", firsts), ("second", seconds)):
        prompt = median(x.usage["prompt_tokens"] for x in replies)
        bench.results.add(
            f"turns-{name}-decoded", median(decoded(x) for x in replies), "prompt tokens", note=f"of {prompt:g}"
        )
        bench.results.add(f"turns-{name}-first-token", median(x.first_token for x in replies), "s")
    bench.processes.stop([server])


def decoded(reply):
    """Prompt tokens that were not in memory."""
    return reply.usage["prompt_tokens"] - reply.usage.get("prompt_tokens_details", {}).get("cached_tokens", 0)
