"""(f) bumble's answers over HTTP: how many are right, alone and by votes, what they cost, and what early stops save."""
import time
from concurrent.futures import ThreadPoolExecutor
from math import sqrt
from statistics import mean

from driver.asking import ask
from driver.bench import BUMBLE, say
from driver.problems import KINDS
from driver.resampling import interval

SAMPLES = 9


def run(bench):
    """One kind of problem after the other, all on one server."""
    server = bench.swarm_server(BUMBLE, 2048, 16384)
    server.wait()
    for kind, (make, judge, widths) in KINDS.items():
        items = make(24 if bench.quick else 240)
        shares(bench, server.port, kind, items, judge, widths)
        costs(bench, server.port, kind, items, widths)
    bench.processes.stop([server])


def ways(widths):
    """What a request asks for, by name; seeds and temperature are the same for all but the greedy answer."""
    greedy = {"temperature": 0, "swarm": {"n": 1}}
    return {"greedy": greedy, "single": {"swarm": {"n": 1}}} | {f"swarm-{n}": {"swarm": {"n": n}} for n in widths}


def question(at, item, extra):
    """A whole request."""
    return item["ask"] | {"max_tokens": 300, "temperature": 0.8, "seed": 1000 * at} | extra


def shares(bench, port, kind, items, judge, widths):
    """How many answers are right; four requests at a time."""
    asked_for = ways(widths) | {"single": {"n": SAMPLES}}

    def judged(at, item, extra):
        return [judge(choice["message"], item) for choice in ask(port, question(at, item, extra))["choices"]]

    with ThreadPoolExecutor(4) as pool:
        for way, extra in asked_for.items():
            asked = [pool.submit(judged, at, item, extra) for at, item in enumerate(items)]
            # Per problem, since the samples of one problem are alike, and per criterion.
            found = [future.result() for future in asked]
            scores = [{name: mean(x[name] for x in samples) for name in samples[0]} for samples in found]
            right = mean(x["right"] for x in scores)
            low, high = wilson(right * len(items), len(items))
            others = [f"{name} {100 * mean(x[name] for x in scores):.1f} %" for name in scores[0] if name != "right"]
            about = {"greedy": "temperature 0", "single": f"mean of {SAMPLES} samples"}.get(way, "the vote's answer")
            note = [f"95 % interval {100 * low:.1f} to {100 * high:.1f}", *others, f"{len(items)} problems, {about}"]
            bench.results.add(f"accuracy-{kind}-{way}", 100 * right, "% right", note="; ".join(note))
            say(f"  {kind}, {way}: {100 * right:.1f} % right")


def costs(bench, port, kind, items, widths):
    """Tokens and seconds per answer, one request at a time, each way in turns; and what early stops save.

    The strategy `quality` waits for every candidate and is otherwise the same request: same seeds, same memory.
    """
    asked_for = ways(widths) | {f"all-{n}": {"swarm": {"n": n, "strategy": "quality"}} for n in widths}
    tokens, seconds = ({way: [] for way in asked_for} for _ in range(2))
    for at, item in enumerate(items):
        # The first question of an item reads its prompt; that is nobody's cost here.
        ask(port, question(at, item, {"swarm": {"n": 1}, "max_tokens": 1}))
        order = list(asked_for)
        order = order[at % len(order):] + order[:at % len(order)]
        for way in order:
            body = question(at, item, asked_for[way])
            began = time.perf_counter()
            reply = ask(port, body)
            seconds[way].append(time.perf_counter() - began)
            tokens[way].append(reply["swarm"]["tokens_total"])
    for way in ways(widths):
        note = f"{len(items)} problems, one at a time"
        bench.results.add(f"accuracy-{kind}-{way}-tokens", mean(tokens[way]), "tokens", note=note)
        bench.results.add(f"accuracy-{kind}-{way}-time", mean(seconds[way]), "s", note=note)
    for n in widths:
        for name, unit, values in (("tokens", "ratio of tokens", tokens), ("time", "ratio of times", seconds)):
            pairs = list(zip(values[f"swarm-{n}"], values[f"all-{n}"]))
            ratio, low, high = interval(pairs, lambda drawn: sum(a for a, _ in drawn) / sum(b for _, b in drawn))
            note = f"95 % interval {low:.2f} to {high:.2f}; {len(pairs)} pairs"
            bench.results.add(f"early-stop-{kind}-{n}-{name}", ratio, unit, note=note)


def wilson(right, count, z=1.96):
    """The interval of a share (Wilson 1927); samples of one problem are not independent, so problems are counted."""
    share = right / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return centre - half, centre + half
