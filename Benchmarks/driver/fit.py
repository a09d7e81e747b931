"""(l) What `swarm fit` says of memory against what a server takes, with its context full."""
import json
import subprocess
from pathlib import Path

from driver.asking import ask
from driver.bench import BUMBLE, RELEASE, ROOT, filler, say
from driver.failure import Failure

CANDIDATES = 5


def run(bench):
    """bumble, and random weights in the shapes of Qwen2.5 0.5B and 1.5B."""
    measure(bench, "bumble", BUMBLE, 2048)
    for size in ("0.5B",) if bench.quick else ("0.5B", "1.5B"):
        made = subprocess.run([ROOT / "scripts" / "qwen-shape", size], stdout=subprocess.PIPE, text=True, check=False)
        if not Path(made.stdout.strip()):
            raise Failure(f"scripts/qwen-shape {size} made no model")
        measure(bench, f"qwen-{size.lower()}", Path(made.stdout.strip()), 1024 if bench.quick else 4096)


def measure(bench, name, model, context):
    """The estimate first, then a server with the cells that the estimate names, a prompt that fills it, a swarm."""
    command = [RELEASE / "swarm", "fit", model, "--context", context, "--n", CANDIDATES, "--json"]
    fit = json.loads(bench.processes.output(command, bench.fresh)[0])
    if not fit["fits"]:
        say(f"  {name} does not fit this machine")
        return
    server = bench.swarm_server(model, context, fit["cells"])
    server.wait()
    # What loading took is not what running takes: pages of the file that were only read are counted until dropped.
    prompt = fill(server.port, context)
    body = {"messages": [{"role": "user", "content": prompt}], "max_tokens": 64, "swarm": {"n": CANDIDATES}}
    reply = ask(server.port, body | {"logit_bias": bench.bias(model)})
    peak = server.peak
    bench.processes.stop([server])
    note = f"{peak >> 20} MB measured, {reply['usage']['prompt_tokens']} tokens of prompt, {fit['cells']} cells"
    bench.results.add(f"fit-{name}", fit["peak_resident"] / peak, "estimate by peak", at_least=0.9, at_most=1.1, note=note)


def fill(port, context):
    """A prompt that leaves room for little more than an answer."""
    words = context
    while words > 16:
        text = filler(words, "fit")
        body = {"messages": [{"role": "user", "content": text}], "max_tokens": 1, "swarm": {"n": 1}}
        try:
            used = ask(port, body)["usage"]["prompt_tokens"]
        except Failure:
            used = context
        if used <= context - 80:
            return text
        words = words * 9 // 10
    raise Failure("no prompt fits the context")
