"""(j) What serving costs beside decoding: tokens per second over HTTP, requests per second, processor time per token."""
import http.client
import json
import time
from pathlib import Path
from statistics import median

from driver.asking import stream
from driver.bench import BUMBLE, filler, say


def run(bench):
    """Speed on a model of honest size, the rest on one that costs nearly nothing."""
    speed(bench)
    swarm, other = bench.swarm_server(BUMBLE, 1024, 4096), bench.llama_server(BUMBLE, 1024, 1)
    swarm.wait()
    other.wait()
    requests(bench, swarm, other)
    tokens(bench, swarm)
    bench.processes.stop([swarm, other])


def speed(bench):
    """One streamed answer, in turns: with as little in memory as llama-server has, with what is kept of others, and there."""
    model = bench.model
    count = 32 if bench.quick else 128
    swarm, other = bench.swarm_server(model, 1024, 2048), bench.llama_server(model, 1024, 1)
    swarm.wait()
    other.wait()
    own = {"swarm": {"n": 1}, "logit_bias": bench.bias(model)}
    # A strict request finds memory as it was at the start.
    ways = {
        "swarm": (swarm, own | {"swarm": {"n": 1, "strict": True}}), "remembering": (swarm, own),
        "llama-server": (other, {"ignore_eos": True}),
    }

    def rate(way, seed):
        server, extra = ways[way]
        messages = [{"role": "user", "content": filler(40, seed)}]
        reply = stream(server.port, {"messages": messages, "max_tokens": count, "temperature": 0.8} | extra)
        return (reply.generated - 1) / (reply.last_token - reply.first_token)

    found = {"swarm": [], "remembering": []}
    for way in ways:
        rate(way, "warm-up")
    # What is remembered is forgotten by a strict request: the two are measured apart, each against the other server.
    for way in ("swarm", "remembering"):
        for pair in range(bench.pairs):
            order = (way, "llama-server") if pair % 2 == 0 else ("llama-server", way)
            rates = {each: rate(each, f"{way} {pair}") for each in order}
            found[way].append((rates[way], rates["llama-server"]))
            say(f"  {way} {rates[way]:.1f} tokens/s, llama-server {rates['llama-server']:.1f}")
    bench.results.add("cost-tokens-swarm", median(a for a, _ in found["swarm"]), "tokens/s")
    bench.results.add("cost-tokens-llama-server", median(b for _, b in found["swarm"]), "tokens/s")
    for way, target in (("swarm", {"at_least": 0.97}), ("remembering", {})):
        name = "cost-tokens-ratio" if way == "swarm" else "cost-tokens-ratio-remembering"
        bench.results.add(name, median(a / b for a, b in found[way]), "ratio of rates", note=f"{bench.pairs} pairs", **target)
    bench.processes.stop([swarm, other])


def requests(bench, swarm, other):
    """One client after the other request: a list of models, and a completion of one token."""
    seconds = 0.5 if bench.quick else 3
    completion = {"prompt": "1 + 1 =", "max_tokens": 1, "temperature": 0}
    for name, method, path, body in (
        ("models", "GET", "/v1/models", None), ("completion", "POST", "/v1/completions", completion),
    ):
        for who, server in (("swarm", swarm), ("llama-server", other)):
            bench.results.add(f"cost-{name}-{who}", per_second(server.port, method, path, body, seconds), "requests/s")


def per_second(port, method, path, body, seconds):
    """Requests per second of one client, which keeps its connection where the server does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    data = json.dumps(body).encode() if body else None
    began, count = time.perf_counter(), 0
    while (spent := time.perf_counter() - began) < seconds:
        connection.request(method, path, data, {"Content-Type": "application/json"})
        connection.getresponse().read()
        count += 1
    connection.close()
    return count / spent


def tokens(bench, swarm):
    """Processor time of all threads but those that decode, per streamed token."""
    ends = bench.bias(BUMBLE)
    body = {"max_tokens": 800, "temperature": 0.8, "swarm": {"n": 1}, "logit_bias": ends}
    generated, before = 0, other_threads(swarm)
    if before is None:
        say("  left out: this system does not say what each thread took")
        return
    for number in range(2 if bench.quick else 20):
        generated += stream(swarm.port, body | {"messages": [{"role": "user", "content": f"Hello {number}"}]}).generated
    micros = (other_threads(swarm) - before) / generated / 1000
    bench.results.add("cost-streamed-token", micros, "µs of processor time", note=f"{generated} tokens, decoding left out")
    bench.results.add("cost-100-tokens-per-second", micros / 100, "% of a core", at_most=5)


def other_threads(server):
    """Nanoseconds that the threads which do not decode have run; those that do are called `engine`."""
    total = 0
    try:
        for task in Path(f"/proc/{server.process.pid}/task").iterdir():
            if (task / "comm").read_text(encoding="utf-8").strip() != "engine":
                total += int((task / "schedstat").read_text(encoding="ascii").split()[0])
    except OSError:
        return None
    return total
