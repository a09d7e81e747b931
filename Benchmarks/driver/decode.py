"""(a) Tokens per second of 1, 2, 4 and 8 candidates, against llama.cpp's own batch benchmark."""
from statistics import median

from driver.bench import say

WIDTHS = (1, 2, 4, 8)


def run(bench):
    """Pairs of one process each, engine and benchmark in turns; which comes first alternates."""
    model = bench.model
    machine = bench.machine(model)
    prompt, generate = 128, 16 if bench.quick else 64
    context = 2048
    ends = ",".join(map(str, bench.ends(model)))

    def engine(width):
        lengths = ["--candidates", width, "--prompt", prompt, "--generate", generate]
        command = bench.swarm_bench("decode", model, *lengths, "--cells", context, "--forbid", ends)
        return bench.processes.result(command)[0]["tokens_per_second"]

    def reference(width):
        return bench.batched_bench(model, context, prompt, generate, [width])[width]["speed_tg"]

    for width in WIDTHS:
        ours, theirs = [], []
        for pair in range(bench.pairs):
            for side in (("a", "b") if pair % 2 == 0 else ("b", "a")):
                if side == "a":
                    ours.append(engine(width))
                else:
                    theirs.append(reference(width))
            say(f"  {width} candidates: {ours[-1]:.1f} tokens/s, llama-batched-bench {theirs[-1]:.1f}")
        ratios = [a / b for a, b in zip(ours, theirs)]
        bench.results.add(f"decode-{width}", median(ours), "tokens/s", note=f"llama-batched-bench {median(theirs):.1f}")
        bench.results.add(
            f"decode-ratio-{width}", median(ratios), "ratio", at_least=0.95,
            note=f"{len(ratios)} pairs, {min(ratios):.3f} to {max(ratios):.3f}",
        )
    curve = ", ".join(f"{width}: {rate:.0f}" for width, rate in machine["curve"].items())
    bench.results.add(
        "default-candidates", machine["candidates"], "candidates",
        note=f"{bench.threads(model)} threads; tokens/s by candidates {curve}",
    )
