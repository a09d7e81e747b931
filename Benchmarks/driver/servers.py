"""(c) One question, five answers: a swarm of five, llama-server with n = 5, and five llama-servers."""
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from driver.asking import stream
from driver.bench import filler, say
from driver.failure import Failure

COUNT = 5
SAMPLING = {"temperature": 0.8, "top_k": 40, "top_p": 0.95, "min_p": 0.05}


def run(bench):
    """All servers run for the whole measurement and are asked in turns; only one works at a time."""
    model = bench.model
    context, shared = 1024, 2048
    bias = bench.bias(model)
    # Five processes with all threads each would fight for the cores: this is the best case for them.
    alone = max(1, bench.threads(model) // COUNT)
    swarm = [bench.swarm_server(model, context, shared)]
    parallel = [bench.llama_server(model, shared, COUNT)]
    separate = [bench.llama_server(model, context, 1, threads=alone) for _ in range(COUNT)]
    groups = {"swarm": swarm, "n5": parallel, "separate": separate}
    bodies = {
        "swarm": {"swarm": {"n": COUNT}, "logit_bias": bias},
        "n5": {"n": COUNT, "ignore_eos": True, "cache_prompt": True},
        "separate": {"ignore_eos": True},
    }
    say(f"  starting {sum(map(len, groups.values()))} servers")
    for server in swarm + parallel + separate:
        server.wait()

    def one_round(name, seed, words, tokens):
        messages = [{"role": "user", "content": filler(words, seed)}]
        body = {"messages": messages, "max_tokens": tokens} | SAMPLING | bodies[name]
        with ThreadPoolExecutor(COUNT) as pool:
            asked = [pool.submit(stream, x.port, body | {"seed": at}) for at, x in enumerate(groups[name])]
            replies = [x.result() for x in asked]
        check(name, replies, tokens)
        return {
            "seconds": max(x.seconds for x in replies),
            "first byte": max(x.first_byte for x in replies),
            "first token": max(x.first_token or x.seconds for x in replies),
        }

    measured = {name: [] for name in groups}
    for name in groups:
        one_round(name, "warm-up", 8, 4)
    for pair in range(bench.pairs):
        order = list(groups)[pair % 3:] + list(groups)[:pair % 3]
        for name in order:
            measured[name].append(one_round(name, pair, 270, 16 if bench.quick else 96))
            say(f"  {name}: {measured[name][-1]['seconds']:.2f} s")
    report(bench, groups, measured, alone)
    bench.processes.stop(swarm + parallel + separate)


def check(name, replies, tokens):
    """Every answer has exactly as many tokens as asked for."""
    generated = [x.swarm.get("tokens_total") or x.generated for x in replies]
    wanted = tokens if name == "separate" else COUNT * tokens
    if any(count != wanted for count in generated):
        raise Failure(f"{name} generated {generated} tokens instead of {wanted}")


def report(bench, groups, measured, alone):
    """The figures, in order of interest."""
    notes = {"swarm": "", "n5": "", "separate": f"{COUNT} processes with {alone} threads each"}
    for name in groups:
        seconds = [x["seconds"] for x in measured[name]]
        bench.results.add(f"servers-{name}-time", median(seconds), "s", note=notes[name])
    for name in ("n5", "separate"):
        ratios = [a["seconds"] / b["seconds"] for a, b in zip(measured["swarm"], measured[name])]
        bench.results.add(f"servers-swarm-over-{name}", median(ratios), "ratio of times", note=f"{len(ratios)} pairs")
    for kind in ("first byte", "first token"):
        for name in groups:
            figure = median(x[kind] for x in measured[name])
            note = "after the vote" if (name, kind) == ("swarm", "first token") else ""
            bench.results.add(f"servers-{name}-{kind.replace(' ', '-')}", figure, "s", note=note)
    for name, servers in groups.items():
        shares = [x.share for x in servers]
        note = f"shared pages counted once: {sum(shares) >> 20} MB" if None not in shares else ""
        bench.results.add(f"servers-{name}-memory", sum(x.peak for x in servers) >> 20, "MB", note=note)
