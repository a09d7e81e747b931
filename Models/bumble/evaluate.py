"""Measure bumble on the held-out sets through a running llama-server. Standard library only.

Every problem is asked once greedily and, where voting is measured, several times by sampling. Generated code runs in a
subprocess with a CPU, memory and wall-clock limit.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

SAMPLES = {"arith": 9, "world": 9, "tool": 5, "code": 5}  # beside the greedy answer; 0 for the other kinds
KINDS = "arith,world,tool,tool_answer,code,talk"

RUNNER = """import json, sys, resource
resource.setrlimit(resource.RLIMIT_CPU, (3, 3))
resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))
task, scope, out = json.load(sys.stdin), {}, []
try:
    exec(task["code"], scope)
    function = scope[task["name"]]
    for x in task["inputs"]:
        try:
            out.append(repr(function(*eval(x))))
        except Exception as error:
            out.append("raised " + type(error).__name__)
except Exception:
    out = None
print(json.dumps(out))"""


def ask(url: str, item: dict, temperature: float, seed: int) -> dict:
    """One completion: the first choice of the response, or one that carries the error."""
    body = {
        "messages": item["messages"], "temperature": temperature, "top_p": 0.95,
        "top_k": 1 if temperature == 0 else 0, "min_p": 0.0, "seed": seed, "max_tokens": 300,
    }
    if item.get("tools"):
        body["tools"] = item["tools"]
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url + "/v1/chat/completions", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=300) as response:
            return json.load(response)["choices"][0]
    except Exception as error:  # a failed request counts as a wrong answer
        return {"message": {"content": f"<error {error}>"}, "finish_reason": "error"}


def text(choice: dict) -> str:
    """The content of a choice."""
    return choice["message"].get("content") or ""


def final(choice: dict) -> str:
    """What stands after the last "Answer:", or the whole text."""
    found = re.findall(r"Answer:[ \t]*(.+)", text(choice))
    return found[-1].strip() if found else text(choice).strip()


def called(choice: dict) -> str | None:
    """The first tool call as canonical JSON, "invalid" when its arguments are no JSON, None without a call."""
    calls = choice["message"].get("tool_calls")
    if not calls:
        return None
    function = calls[0]["function"]
    try:
        return canonical({"name": function["name"], "arguments": json.loads(function["arguments"])})
    except ValueError:
        return "invalid"


def canonical(call: dict) -> str:
    """JSON with sorted keys."""
    return json.dumps(call, sort_keys=True)


def undescribed(call: str | None) -> str | None:
    """A canonical call without its description argument."""
    if not call or call == "invalid":
        return call
    parsed = json.loads(call)
    parsed["arguments"].pop("description", None)
    return canonical(parsed)


def vote(answers: list) -> str | None:
    """The most frequent answer, the earliest of them on a tie."""
    given = [x for x in answers if x is not None]
    return Counter(given).most_common(1)[0][0] if given else None


def percent(values: list) -> float:
    """The share of true values (or the mean of shares) in percent."""
    return round(100 * sum(values) / len(values), 1)


def execute(choice: dict, tests: dict) -> list[str] | None:
    """Outputs of a candidate's code on the visible and hidden inputs, or None if it does not run."""
    block = re.search(r"```(?:python)?\n(.*?)```", text(choice), re.S)
    if not block:
        return None
    inputs = [x for x, _ in tests["visible"] + tests["hidden"]]
    task = json.dumps({"code": block.group(1), "name": tests["name"], "inputs": inputs})
    command = [sys.executable, "-I", "-c", RUNNER]
    try:
        finished = subprocess.run(command, input=task, capture_output=True, text=True, timeout=10)
        return json.loads(finished.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None


def score_answers(items: list[dict], groups: list[list[dict]]) -> dict:
    """Arithmetic and closed-world questions: exact final answers, alone and by majority."""
    pairs = [([final(c) for c in group], item["answer"]) for item, group in zip(items, groups)]
    scores = {
        "greedy": percent([xs[0] == y for xs, y in pairs]),
        "single": percent([x == y for xs, y in pairs for x in xs[1:]]),
    }
    for n in (3, 5, 9):
        scores[f"majority@{n}"] = percent([vote(xs[1:n + 1]) == y for xs, y in pairs])
    return scores | {"any@9": percent([y in xs[1:] for xs, y in pairs])}


def score_calls(items: list[dict], groups: list[list[dict]]) -> dict:
    """Tool calls: equality of canonical JSON."""
    pairs = [([called(c) for c in group], canonical(item["answer"])) for item, group in zip(items, groups)]
    loose = [([undescribed(x) for x in xs], undescribed(y)) for xs, y in pairs]
    fresh = [pair for pair, item in zip(pairs, items) if not item.get("seen")]
    return {
        "greedy": percent([xs[0] == y for xs, y in pairs]),
        "single": percent([x == y for xs, y in pairs for x in xs[1:]]),
        "vote@5": percent([vote(xs[1:]) == y for xs, y in pairs]),
        "greedy, description ignored": percent([xs[0] == y for xs, y in loose]),
        "single, description ignored": percent([x == y for xs, y in loose for x in xs[1:]]),
        "vote@5, description ignored": percent([vote(xs[1:]) == y for xs, y in loose]),
        "greedy, phrases never trained": percent([xs[0] == y for xs, y in fresh]),
        "vote@5, phrases never trained": percent([vote(xs[1:]) == y for xs, y in fresh]),
        "valid call %": percent([x not in (None, "invalid") for xs, _ in pairs for x in xs]),
    }


def judge_code(item: dict, outputs: list[list[str] | None]) -> dict:
    """Which ways to pick among the candidates of one problem pass its hidden tests."""
    visible = len(item["tests"]["visible"])
    wanted = [y for _, y in item["tests"]["visible"] + item["tests"]["hidden"]]
    samples = outputs[1:]

    def good(x: list[str] | None) -> bool:
        return x is not None and x[visible:] == wanted[visible:]

    shown = [
        json.dumps(x[:visible]) for x in samples if x and not any(y.startswith("raised") for y in x[:visible])
    ]
    agreed = vote(shown)
    by_agreement = next((x for x in samples if x and json.dumps(x[:visible]) == agreed), samples[0])
    by_examples = next((x for x in samples if x and x[:visible] == wanted[:visible]), by_agreement)
    return {
        "greedy": good(outputs[0]),
        "single": sum(map(good, samples)) / len(samples),
        "best-of-5 by agreement": good(by_agreement),
        "best-of-5 by examples": good(by_examples),
        "any of 5": any(map(good, samples)),
    }


def score_code(items: list[dict], groups: list[list[dict]], pool: ThreadPoolExecutor) -> dict:
    """Code: hidden tests, over all problems and by group."""
    running = [[pool.submit(execute, c, item["tests"]) for c in group] for item, group in zip(items, groups)]
    by_group = defaultdict(list)
    verdicts = []
    for item, futures in zip(items, running):
        verdict = judge_code(item, [f.result() for f in futures])
        verdicts.append(verdict)
        if item.get("novel"):
            by_group["novel"].append(verdict)
        else:
            by_group["ambiguous" if item["family"].startswith("ambiguous") else "plain"].append(verdict)

    def mean(rows: list[dict]) -> dict:
        return {key: percent([row[key] for row in rows]) for key in rows[0]}

    groups_out = {name: {"n": len(rows)} | mean(rows) for name, rows in by_group.items()}
    return mean(verdicts) | {"by group": groups_out}


def score(kind: str, items: list[dict], groups: list[list[dict]], pool: ThreadPoolExecutor) -> dict:
    """The scores of one kind; groups holds the choices of each item, the greedy one first."""
    ended = [c["finish_reason"] in ("stop", "tool_calls") for group in groups for c in group]
    scores = {"n": len(items), "stopped %": percent(ended)}
    if kind in ("arith", "world"):
        return scores | score_answers(items, groups)
    if kind == "tool":
        return scores | score_calls(items, groups)
    if kind == "code":
        return scores | score_code(items, groups, pool)
    exact = [text(group[0]).strip() == item["answer"] for item, group in zip(items, groups)]
    return scores | {"greedy": percent(exact)}


def show(items: list[dict], groups: list[list[dict]]) -> None:
    """Print problems with their first three answers."""
    for item, group in zip(items, groups):
        print("   Q", item["messages"][-1]["content"][:300])
        print("   =", str(item.get("answer"))[:150])
        for choice in group[:3]:
            print("   -", (text(choice) or str(called(choice)))[:250])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure bumble on the held-out sets through a running llama-server.")
    parser.add_argument("--url", default="http://127.0.0.1:18087", help="the server (default: %(default)s)")
    parser.add_argument("--eval", default="eval", help="folder written by make_eval.py (default: %(default)s)")
    parser.add_argument("--out", default="results.json", help="where to write the scores (default: %(default)s)")
    parser.add_argument("--temperature", type=float, default=0.8, help="of the samples (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=0, help="problems per kind, 0 for all (default: %(default)s)")
    parser.add_argument("--kinds", default=KINDS, help="comma-separated (default: %(default)s)")
    parser.add_argument("--show", type=int, default=0, help="problems per kind to print (default: %(default)s)")
    options = parser.parse_args()
    results = {}
    with ThreadPoolExecutor(8) as pool:
        for kind in options.kinds.split(","):
            with open(os.path.join(options.eval, kind + ".jsonl"), encoding="utf-8") as f:
                items = [json.loads(line) for line in f][: options.limit or None]
            started = time.time()
            temperatures = [0] + [options.temperature] * SAMPLES.get(kind, 0)
            asked = [
                [pool.submit(ask, options.url, item, t, 1000 + i) for i, t in enumerate(temperatures)]
                for item in items
            ]
            groups = [[f.result() for f in futures] for futures in asked]
            results[kind] = score(kind, items, groups, pool)
            print(kind, json.dumps(results[kind]), f"{time.time() - started:.0f}s", flush=True)
            show(items[: options.show], groups)
    with open(options.out, "w", encoding="utf-8") as f:
        json.dump(results, f, indent=1)


if __name__ == "__main__":
    main()
