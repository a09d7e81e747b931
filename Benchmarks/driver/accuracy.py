"""(f) Arithmetic by bumble: one sample, the greedy answer, and votes of five and nine."""
import random
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from math import sqrt

from driver.asking import ask
from driver.bench import BUMBLE, ROOT, say

SAMPLES = 9


def run(bench):
    """Every problem is asked in all four ways, with seeds of its own."""
    items = problems(24 if bench.quick else 240)
    server = bench.swarm_server(BUMBLE, 1024, 16384)
    server.wait()

    def answers(number, question, extra):
        body = {"messages": question, "max_tokens": 300, "temperature": 0.8, "seed": 1000 * number} | extra
        return [value(choice["message"]["content"]) for choice in ask(server.port, body)["choices"]]

    ways = {
        "single": {"n": SAMPLES},
        "greedy": {"temperature": 0, "swarm": {"n": 1}},
        "swarm-5": {"swarm": {"n": 5}},
        "swarm-9": {"swarm": {"n": 9}},
    }
    notes = {
        "single": f"mean of {SAMPLES} samples at temperature 0.8",
        "greedy": "temperature 0",
        "swarm-5": "vote of 5 at temperature 0.8",
        "swarm-9": "vote of 9 at temperature 0.8",
    }
    with ThreadPoolExecutor(4) as pool:
        for name, extra in ways.items():
            asked = [pool.submit(answers, at, question, extra) for at, (question, _) in enumerate(items)]
            shares = []
            for at, (future, (_, expected)) in enumerate(zip(asked, items)):
                given = future.result()
                shares.append(sum(x == expected for x in given) / len(given))
                if (at + 1) % 60 == 0 or at + 1 == len(items):
                    say(f"  {name}: {at + 1} of {len(items)} problems, {100 * sum(shares) / len(shares):.1f} % right")
            low, high = wilson(sum(shares), len(shares))
            bench.results.add(
                f"accuracy-{name}", 100 * sum(shares) / len(shares), "% right",
                note=f"95 % interval {100 * low:.1f} to {100 * high:.1f}; {len(items)} problems, {notes[name]}",
            )
    bench.processes.stop([server])


def problems(count):
    """Held-out problems that are in no training text and not in the sets that bumble's model card reports."""
    sys.path.insert(0, str(ROOT / "Models" / "bumble"))
    import gen
    import make_eval

    used = {str(row["messages"]) for row in make_eval.rows("arith", make_eval.COUNTS["arith"])}
    draw = random.Random("benchmark arithmetic")
    items = []
    while len(items) < count:
        document = gen.SKILLS["arith"](draw, True)
        question = document["messages"][:-1]
        if str(question) not in used:
            used.add(str(question))
            items.append((question, float(document["answer"])))
    return items


def value(text):
    """The number after the last "Answer:", else the last number; None without any."""
    stated = re.findall(r"Answer:\s*(-?\d+(?:\.\d+)?)", text or "")
    numbers = stated or re.findall(r"-?\d+(?:\.\d+)?", text or "")
    return float(numbers[-1]) if numbers else None


def wilson(right, count, z=1.96):
    """The interval of a share (Wilson 1927); samples of one problem are not independent, so problems are counted."""
    share = right / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return centre - half, centre + half
