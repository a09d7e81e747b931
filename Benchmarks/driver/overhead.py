"""(e) Time to the first token over HTTP, one candidate, against llama-server, on a model that costs nearly nothing."""
from statistics import median, quantiles

from driver.asking import stream
from driver.bench import BUMBLE, say


def run(bench):
    """The same question to both, one after the other; which comes first alternates."""
    count = 20 if bench.quick else 200
    swarm = bench.swarm_server(BUMBLE, 1024, 4096)
    other = bench.llama_server(BUMBLE, 1024, 1)
    swarm.wait()
    other.wait()

    def first_token(server, number):
        question = f"Tom has {number} pens. He buys {number % 7 + 2} more. How many pens does Tom have?"
        body = {"messages": [{"role": "user", "content": question}], "max_tokens": 4, "temperature": 0}
        extra = {"swarm": {"n": 1}} if server is swarm else {}
        return stream(server.port, body | extra).first_token

    say(f"  {count} pairs")
    ours, theirs = [], []
    for number in range(-10, count):
        order = (swarm, other) if number % 2 == 0 else (other, swarm)
        times = {server: first_token(server, 1000 + number) for server in order}
        if number >= 0:
            ours.append(times[swarm] * 1000)
            theirs.append(times[other] * 1000)
    differences = [a - b for a, b in zip(ours, theirs)]
    low, _, high = quantiles(differences, n=4)
    bench.results.add("overhead-first-token-swarm", median(ours), "ms")
    bench.results.add("overhead-first-token-llama-server", median(theirs), "ms")
    bench.results.add(
        "overhead-first-token", median(differences), "ms", at_most=2,
        note=f"median difference of {count} pairs, half of them {low:.2f} to {high:.2f}",
    )
    bench.processes.stop([swarm, other])
