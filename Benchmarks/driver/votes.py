"""(g) Stored ballots counted by `swarm vote`: programs, stop rules, federation weights. No model runs.

LOCAL_SWARM_VOTES names the folder of the stored ballots; without it this group says so and measures nothing.
"""
import json
import os
import random
from pathlib import Path

from driver.bench import RELEASE, say
from driver.failure import Failure
from driver.resampling import interval

WIDTHS = (3, 5, 8)
# Of 100 per problem: `swarm vote` remembers what 4,096 programs did, which is as many as 82 problems have.
SAMPLES = 50


def run(bench):
    """Programs first, then what can be counted."""
    folder = os.environ.get("LOCAL_SWARM_VOTES")
    if not folder:
        say("  left out: LOCAL_SWARM_VOTES does not name a folder of stored ballots")
        return
    folder = Path(folder)
    programs(bench, folder)
    numbers(bench, folder)


def programs(bench, folder):
    """HumanEval by CodeGen-16B: pass rate of the winner for subsets of the first samples of each problem."""
    rows = read(folder / "humaneval-codegen16b.jsonl")
    passes = json.loads((folder / "humaneval-codegen16b.pass.json").read_text())
    subsets = 4 if bench.quick else 40
    base = [mean(passes[row["id"]][:SAMPLES]) for row in rows]
    ways = {
        "majority": (["--strategy", "majority"], plain),
        "auto": ([], plain),
        "auto-examples": (["--sandbox"], with_examples),
        "auto-self-tests": (["--sandbox"], with_self_tests),
    }
    for width in WIDTHS:
        report(bench, "random", width, base, base, f"{len(rows)} problems of {SAMPLES} samples")
    for name, (flags, make) in ways.items():
        # One process for all widths, problem by problem: it remembers what the programs of a problem did.
        drawn = [(row, width, draw(row, width, at)) for row in rows for width in WIDTHS for at in range(subsets)]
        counted = vote(bench, [make(row, indices) for row, _, indices in drawn], flags)
        hits = {}
        for (row, width, indices), result in zip(drawn, counted):
            hits.setdefault((width, row["id"]), []).append(passes[row["id"]][indices[result["winner"]]])
        for width in WIDTHS:
            rates = [mean(hits[width, row["id"]]) for row in rows]
            say(f"  {width} programs, {name}: {100 * mean(rates):.1f} % pass")
            note = f"{len(rows)} problems, {subsets} subsets of {width} of {SAMPLES} samples"
            report(bench, name, width, rates, base, note)


def report(bench, name, width, rates, base, note):
    """A pass rate, and how far it is above that of a random sample."""
    if name != "random":
        gain, low, high = interval([a - b for a, b in zip(rates, base)], mean)
        note = f"gain {100 * gain:+.1f} [{100 * low:.1f}, {100 * high:.1f}]; {note}"
    bench.results.add(f"votes-code-{name}-{width}", 100 * mean(rates), "% pass", note=note)


def draw(row, width, at):
    """The same subsets for every way of counting."""
    return sorted(random.Random(f"{row['id']} {width} {at}").sample(range(SAMPLES), width))


def plain(row, indices):
    """The task as the samples were drawn from it: no examples."""
    return ballot(row, indices, row["prompt_without_examples"])


def with_examples(row, indices):
    """The task as a user would give it."""
    return ballot(row, indices, row["prompt"])


def with_self_tests(row, indices):
    """The task without examples, and ten assertions that the same model wrote, the same for all subsets."""
    written = [test for sample in row["self_tests"] for test in sample]
    random.Random(f"tests {row['id']}").shuffle(written)
    return ballot(row, indices, row["prompt_without_examples"]) | {"tests": list(dict.fromkeys(written))[:10]}


def ballot(row, indices, prompt):
    """One line for `swarm vote`."""
    candidates = [row["candidates"][index] for index in indices]
    return {"id": row["id"], "kind": "code", "prompt": prompt, "candidates": candidates}


def numbers(bench, folder):
    """GSM8K by four unequal models: early stops, and what weights are worth."""
    rows = read(folder / "gsm8k-four-models.jsonl")
    shuffled = []
    for seed in range(4 if bench.quick else 20):
        for row in rows:
            candidates = row["candidates"][:]
            random.Random(f"{row['id']} {seed}").shuffle(candidates)
            shuffled.append({"id": row["id"], "prompt": row["prompt"], "candidates": candidates})
    for name, flags in (("lead", ["--exact"]), ("beta", [])):
        results = vote(bench, shuffled, flags)
        stop(bench, f"votes-gsm8k-{name}", results, "GSM8K, four models in random order")
    weights(bench, rows)


def stop(bench, name, results, note):
    """How many candidates a stop rule used, and how many answers it changed."""
    used = mean([result["stop_index"] for result in results])
    changed = sum(key(result, "winner") != key(result, "early_winner") for result in results)
    bench.results.add(f"{name}-used", used, "candidates", note=f"of {results[0]['n']}; {note}")
    at_most = {"at_most": 0} if name.endswith("lead") else {}
    bench.results.add(
        f"{name}-changed", 100 * changed / len(results), "% changed", note=f"{changed} of {len(results)}", **at_most
    )


def key(result, which):
    """The cluster a candidate is in."""
    return next((c["key"] for c in result["clusters"] if result[which] in c["members"]), result[which])


def weights(bench, rows):
    """Accuracy of uniform and of weighted votes over one answer of each model; weights from 100 labelled questions."""
    truth = {row["id"]: number(row["answer"]) for row in rows}
    singles = {}
    for row in rows:
        for candidate in row["candidates"]:
            right = number(candidate["text"].split("A:")[-1]) == truth[row["id"]]
            singles.setdefault(candidate["source"], []).append(right)
    say("  single models: " + ", ".join(f"{name} {100 * mean(x):.1f} %" for name, x in singles.items()))
    bench.results.add("votes-federation-best-single", 100 * max(map(mean, singles.values())), "% right")
    splits = 5 if bench.quick else 40
    ways = {"uniform": None, "labelled": "labels", "agreement": "none"}
    scores = {name: [] for name in ways}
    for split in range(splits):
        order = rows[:]
        random.Random(f"split {split}").shuffle(order)
        calibration, rest = order[:100], order[100:]
        ballots = []
        for row in rest:
            candidates = row["candidates"][:]
            random.Random(f"{row['id']} {split}").shuffle(candidates)
            ballots.append({"id": row["id"], "prompt": row["prompt"], "candidates": candidates})
        flags = {
            "uniform": ["--strategy", "majority"],
            "labelled": ["--strategy", "weighted_vote"] + accuracies(calibration, truth),
            "agreement": ["--strategy", "weighted_vote"],
        }
        for name in ways:
            right = [
                number(ballot["candidates"][result["winner"]]["text"].split("A:")[-1]) == truth[ballot["id"]]
                for ballot, result in zip(ballots, vote(bench, ballots, flags[name]))
            ]
            scores[name].append(mean(right))
    for name, values in scores.items():
        bench.results.add(f"votes-federation-{name}", 100 * mean(values), "% right", note=f"{splits} random splits")


def accuracies(rows, truth):
    """`--reliability` options from labelled questions."""
    right = {}
    for row in rows:
        for candidate in row["candidates"]:
            hit = number(candidate["text"].split("A:")[-1]) == truth[row["id"]]
            right.setdefault(candidate["source"], []).append(hit)
    return [option for name, hits in sorted(right.items()) for option in ("--reliability", f"{name}={mean(hits):.4f}")]


def number(text):
    """A number's value; None for anything else."""
    try:
        return float(text.strip().replace(",", "").replace("$", ""))
    except ValueError:
        return None


def vote(bench, ballots, flags):
    """What `swarm vote` makes of ballots, one object each."""
    path = bench.scratch / "ballots.jsonl"
    path.write_text("".join(json.dumps(ballot) + "\n" for ballot in ballots), encoding="utf-8")
    command = [RELEASE / "swarm", "vote", "--json", *flags, path]
    printed = bench.processes.output(command, bench.fresh)[0]
    results = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    if len(results) != len(ballots):
        raise Failure(f"swarm vote gave {len(results)} results for {len(ballots)} ballots")
    return results


def read(path):
    """The rows of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def mean(values):
    """The mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0
