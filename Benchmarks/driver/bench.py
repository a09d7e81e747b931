"""What all measurements share: the programs, the models, the machine's settings, the results."""
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

from driver.failure import Failure
from driver.results import Results

ROOT = Path(__file__).resolve().parents[2]
RELEASE = ROOT / ".build" / "release"
TOOLS = ROOT / ".llama" / "build" / "bin"
BUMBLE = ROOT / "Models" / "bumble" / "bumble-q8_0.gguf"


def say(text):
    """A line of progress."""
    print(text, file=sys.stderr, flush=True)


def filler(words, seed):
    """Plain English words; another seed gives a text without a common beginning."""
    vocabulary = (
        "the of and to in is that it was for on are as with they at be this from have or by one had not but what all "
        "were when we there can an your which their said if do will each about how up out them then she many some so"
    ).split()
    draw = random.Random(f"filler {seed}")
    return " ".join(draw.choice(vocabulary) for _ in range(words))


class Bench:
    """One run of the benchmarks."""

    def __init__(self, options, processes, scratch):
        self.options = options
        self.processes = processes
        self.scratch = Path(scratch)
        self.quick = options.quick
        self.pairs = options.pairs or (1 if options.quick else 5)
        self.results = Results(ROOT / "Benchmarks" / "results")
        self.facts = {}
        # No settings, and nothing that was measured before, of whoever runs this.
        self.fresh = {f"XDG_{kind}_HOME": str(self.scratch / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}

    def prepare(self):
        """Checks that everything is built, and warns of a busy machine."""
        ours = [RELEASE / name for name in ("swarm", "SwarmBench")]
        theirs = [TOOLS / name for name in ("llama-server", "llama-batched-bench")]
        for program in ours + theirs:
            if not program.exists():
                raise Failure(f"{program.relative_to(ROOT)} is missing; `make bench` builds it")
        load = os.getloadavg()[0]
        if load > 0.5:
            say(f"warning: this machine is busy (load {load:.1f}); threads that share cores make figures far too low")

    def begin(self, group):
        """Names the group that the next figures belong to."""
        model = f" MODEL={os.environ['MODEL']}" if "MODEL" in os.environ else ""
        flags = [group] + ["--quick"] * self.quick
        for name in ("pairs", "threads"):
            value = getattr(self.options, name)
            flags += [f"--{name} {value}"] if value else []
        self.results.command = f'make bench{model} ARGS="{" ".join(flags)}"'
        say(f"== {group}")

    @property
    def model(self):
        """The model to measure: MODEL, or one of an honest size."""
        if "model" not in self.facts:
            given = os.environ.get("MODEL")
            if given and not Path(given).is_file():
                raise Failure(f"MODEL={given} is not a file")
            made = given or subprocess.run(
                [ROOT / "scripts" / "qwen-shape"], stdout=subprocess.PIPE, text=True, check=False
            ).stdout.strip()
            if not made:
                raise Failure("scripts/qwen-shape made no model")
            self.facts["model"] = Path(made).resolve()
        return self.facts["model"]

    def machine(self, model):
        """What the engine measured with a model: threads, curve, candidates."""
        if ("machine", model) not in self.facts:
            say(f"measuring threads and batch curve with {model.name}")
            self.facts["machine", model] = self.processes.result(self.swarm_bench("machine", model))[0]
        return self.facts["machine", model]

    def threads(self, model):
        """How many threads everything that is compared computes with."""
        return self.options.threads or self.machine(model)["threads"]

    def ends(self, model):
        """The tokens that end an answer, as llama.cpp prints them when it loads the model."""
        if ("ends", model) not in self.facts:
            command = [TOOLS / "llama-batched-bench", "-m", model, "-c", 256, "-npp", 1, "-ntg", 1, "-npl", 1, "-lv", 4]
            log = self.processes.output(command)[0]
            self.facts["ends", model] = sorted({int(x) for x in re.findall(r"EOG token\s+= (\d+)", log)})
        return self.facts["ends", model]

    def bias(self, model):
        """An OpenAI `logit_bias` that keeps answers from ending by themselves."""
        return {str(token): -100 for token in self.ends(model)}

    def swarm_bench(self, command, model, *arguments):
        """A command line of SwarmBench; the machine is measured once per run."""
        threads = [] if command == "machine" and not self.options.threads else ["--threads", self.threads(model)]
        kept = ["--measurements", self.scratch / "measurements.json"]
        return [RELEASE / "SwarmBench", command, "--model", model, *threads, *kept, *arguments]

    def batched_bench(self, model, context, prompt, generate, widths):
        """llama.cpp's own batch benchmark, with one prompt for all sequences: one row per width."""
        threads = self.threads(model)
        command = [
            TOOLS / "llama-batched-bench", "-m", model, "-c", context, "-b", 512, "-ub", 512,
            "-t", threads, "-tb", threads, "-npp", prompt, "-ntg", generate, "-npl", ",".join(map(str, widths)),
            "-pps", "-kvu", "--output-format", "jsonl",
        ]
        rows = [json.loads(x) for x in self.processes.output(command)[0].splitlines() if x.startswith("{")]
        found = {row["pl"]: row for row in rows}
        if set(found) != set(widths):
            raise Failure(f"llama-batched-bench gave {sorted(found)} instead of {widths}")
        return found

    def swarm_server(self, model, context, cells):
        """`swarm serve`, with no settings but these."""
        port = self.processes.free_port()
        command = [
            RELEASE / "swarm", "serve", "--model", model, "--port", port, "--threads", self.threads(model),
            "--context", context, "--cells", cells, "--no-status",
        ]
        return self.processes.server("swarm serve", command, port, self.fresh)

    def llama_server(self, model, context, slots, threads=None):
        """`llama-server` with as many slots."""
        port = self.processes.free_port()
        threads = threads or self.threads(model)
        command = [
            TOOLS / "llama-server", "-m", model, "--host", "127.0.0.1", "--port", port, "-t", threads, "-tb", threads,
            "-c", context, "-np", slots, "--kv-unified", "-b", 512, "-ub", 512, "--cache-ram", 0, "--no-webui",
        ]
        return self.processes.server("llama-server", command, port, {})
