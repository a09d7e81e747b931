"""(l) Two nodes on this machine: what holding a vote over the network costs, and whether both work at once."""
import json
import os
import subprocess
import time
import urllib.request
from statistics import median

from driver.asking import stream
from driver.bench import RELEASE, say
from driver.failure import Failure

SAMPLING = {"temperature": 0.8, "top_k": 40, "top_p": 0.95, "min_p": 0.05}


def run(bench):
    """One thread for each node, so that two nodes are two machines as far as one can be."""
    model = bench.model
    bias = bench.bias(model)
    tokens = 16 if bench.quick else 64
    head, peer = nodes(bench, model)
    meet(head)

    def answer(options):
        """Seconds and the report of a vote; nothing of the prompt was read before."""
        question = f"Count to {tokens}. {time.monotonic_ns()}"
        body = {
            "messages": [{"role": "user", "content": question}], "max_tokens": tokens, "logit_bias": bias,
            "swarm": {"strategy": "quality"} | options,
        }
        began = time.monotonic()
        reply = stream(head.port, body | SAMPLING)
        return time.monotonic() - began, reply.swarm

    for _ in range(2):
        answer({"n": 4})
    count = 3 if bench.quick else 20
    waits, alone, together = [], [], []
    for pair in range(count):
        for width in ((2, 4) if pair % 2 else (4, 2)):
            if width == 4:
                seconds, report = answer({"n": 4})
                sources = report.get("sources") or []
                if [len(x["candidates"]) for x in sources] != [2, 2] or report["n_lost"]:
                    raise Failure(f"the vote was not divided equally: {sources}")
                waits.append(report["decide_ms"] - 1000 * max(x["seconds"] for x in sources))
                together.append(seconds)
            else:
                # As many as the head has of the vote of four: strict votes are of one node.
                alone.append(answer({"n": 2, "strict": True})[0])
        say(f"  {pair + 1} of {count}: {alone[-1]:.2f} s alone, {together[-1]:.2f} s together, {waits[-1]:.1f} ms beyond")
    bench.results.add(
        "federation-beyond-slowest", median(waits), "ms", at_most=50,
        note=f"median of {count}: from the last word of the slower node to the decision",
    )
    ratios = [b / a for a, b in zip(alone, together)]
    bench.results.add(
        "federation-overlap", median(ratios), "ratio of times",
        note="four candidates on two nodes against two on one: 1 is wholly at once, 2 one after the other",
    )
    bench.processes.stop([head, peer])


def nodes(bench, model):
    """Two servers in one cluster that know each other's addresses."""
    ports = [bench.processes.free_port() for _ in range(2)]
    servers, code = [], None
    for place in range(2):
        folder = bench.scratch / f"node{place}"
        environment = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA")}
        environment |= {"XDG_CACHE_HOME": bench.fresh["XDG_CACHE_HOME"]}
        code = join(environment, code)
        port = bench.processes.free_port()
        command = [
            RELEASE / "swarm", "serve", "--model", model, "--port", port, "--threads", 1, "--context", 1024,
            "--cells", 2048, "--no-status", "--no-discovery", "--node-name", f"node{place}", "--peer-host", "127.0.0.1",
            "--peer-port", ports[place], "--peer", f"127.0.0.1:{ports[1 - place]}",
        ]
        servers.append(bench.processes.server(f"swarm serve, node {place}", command, port, environment))
        # One after the other: the second takes over what the first measured of this machine.
        servers[-1].wait()
    return servers


def join(environment, code):
    """Makes the cluster, or joins it."""
    words = ["join", code] if code else ["create"]
    done = subprocess.run(
        [RELEASE / "swarm", "cluster", *words], env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failure(done.stderr.strip())
    return code or next(word for word in done.stdout.split() if word.startswith("swarm-"))


def meet(head):
    """Waits until the peer can vote."""
    for _ in range(100):
        with urllib.request.urlopen(f"http://127.0.0.1:{head.port}/v1/federation/peers", timeout=5) as reply:
            peers = json.load(reply).get("peers", [])
        if any(peer["standing"] == "ready" for peer in peers):
            return
        time.sleep(0.2)
    raise Failure("the nodes did not meet")
