"""(i) Two turns of a coding agent with eleven tools and a prompt of about ten thousand tokens; the second also after a restart."""
import json
import time
from pathlib import Path

from driver.asking import stream
from driver.bench import ROOT, say
from driver.failure import Failure

FIXTURES = ROOT / "Tests" / "WireFormatsTests" / "Fixtures"
CONTEXT = 16384


def run(bench):
    """The requests of opencode, as recorded; only the length of the answer is changed."""
    model = bench.model
    first, second = (body(name) for name in ("a_opencode_v1_turn1", "b_opencode_v1_turn2"))
    server = bench.swarm_server(model, CONTEXT, 2 * CONTEXT)
    server.wait()
    say("  the first turn reads the whole prompt")
    one = stream(server.port, first)
    two = stream(server.port, second)
    kept = Path(bench.fresh["XDG_CACHE_HOME"]) / "local-swarm" / "prefixes"
    wait_for_file(kept)
    bench.processes.stop([server])
    server = bench.swarm_server(model, CONTEXT, 2 * CONTEXT)
    server.wait()
    again = stream(server.port, second)
    bench.processes.stop([server])
    report(bench, one, two, again)


def body(name):
    """A recorded request that ends soon."""
    fixture = json.loads((FIXTURES / f"{name}.request.json").read_text(encoding="utf-8"))
    return fixture["request"]["body"] | {"max_tokens": 32, "swarm": {"n": 1}}


def wait_for_file(folder):
    """Prefixes are written while nobody waits for an answer."""
    for _ in range(600):
        if any(folder.glob("*.prefix")):
            return
        time.sleep(0.1)
    raise Failure(f"no prefix was written to {folder.name}")


def report(bench, one, two, again):
    """What was in memory, and how long the first token took."""
    prompt = one.usage["prompt_tokens"]
    bench.results.add("agent-first-token", one.first_token, "s", note=f"turn 1, {prompt} prompt tokens")
    for name, reply in (("second-turn", two), ("after-restart", again)):
        cached = reply.usage["prompt_tokens_details"]["cached_tokens"]
        bench.results.add(
            f"agent-{name}-cached", cached, "prompt tokens", note=f"of {reply.usage['prompt_tokens']}; turn 1 had {prompt}"
        )
        bench.results.add(f"agent-{name}-first-token", reply.first_token, "s")
        bench.results.add(
            f"agent-{name}-over-first", reply.first_token / one.first_token, "ratio of times", at_most=0.1
        )
