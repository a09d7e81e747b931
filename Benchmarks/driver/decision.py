"""(h) What it costs to decide a vote of eight candidates of about 2 kB, without running any of their programs."""
from driver.bench import RELEASE, say

KINDS = ("tool_call", "json", "number", "choice", "short", "code", "prose")


def run(bench):
    """One process per kind of answer."""
    repetitions = 50 if bench.quick else 400
    for kind in KINDS:
        command = [RELEASE / "SwarmBench", "decide", "--kind", kind, "--repetitions", repetitions]
        found = bench.processes.result(command)[0]
        say(f"  {kind}: {found['median_ms']:.2f} ms, 95th percentile {found['p95_ms']:.2f} ms")
        bench.results.add(
            f"decision-{kind.replace('_', '-')}", found["median_ms"], "ms", at_most=5,
            note=f"95th percentile {found['p95_ms']:.2f}, the last candidate alone {found['last_median_ms']:.2f}; "
            f"{repetitions} ballots of {found['candidates']} x {found['bytes']} bytes",
        )
