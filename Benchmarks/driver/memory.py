"""(b) Time and peak memory of a swarm against one candidate with as many tokens each."""
from statistics import median

from driver.bench import say


def run(bench):
    """A swarm of five, and one of the size that the engine chooses here."""
    chosen = bench.machine(bench.model)["candidates"]
    for width in dict.fromkeys((5, chosen)):
        compare(bench, width)


def compare(bench, width):
    """One candidate, the swarm, and llama-batched-bench for what the hardware allows, in turns."""
    model = bench.model
    generate = 16 if bench.quick else 96
    context = 2048
    ends = ",".join(map(str, bench.ends(model)))

    def answer(candidates):
        arguments = ["--candidates", candidates, "--generate", generate, "--cells", context, "--forbid", ends]
        return bench.processes.result(bench.swarm_bench("answer", model, *arguments))

    times, allowed, memory = [], [], []
    for pair in range(bench.pairs):
        order = (1, width) if pair % 2 == 0 else (width, 1)
        answers = {candidates: answer(candidates) for candidates in order}
        (one, one_peak), (all_, all_peak) = answers[1], answers[width]
        rows = bench.batched_bench(model, context, one["prompt_tokens"], generate, [1, width])
        times.append(all_["seconds"] / one["seconds"])
        allowed.append(rows[width]["t"] / rows[1]["t"])
        memory.append(all_peak / one_peak)
        say(
            f"  {width} candidates: {times[-1]:.2f} × the time of one (the hardware allows {allowed[-1]:.2f}), "
            f"{all_peak >> 20} MB against {one_peak >> 20} MB"
        )
    name = f"swarm-of-{width}"
    bench.results.add(f"{name}-time", median(times), "× one candidate", note=f"{generate} tokens each, vote included")
    bench.results.add(
        f"{name}-time-allowed", median(allowed), "× one candidate", note="llama-batched-bench, same lengths"
    )
    bench.results.add(
        f"{name}-time-over-curve", median(a / b for a, b in zip(times, allowed)), "ratio", at_most=1.05,
        note=f"{len(times)} pairs",
    )
    bench.results.add(f"{name}-memory", median(memory), "× one candidate", at_most=1.1, note="peak resident")
