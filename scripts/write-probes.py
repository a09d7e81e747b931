#!/usr/bin/env python3
"""Write the probes of `swarm eval` that speak in bumble's sentence patterns.

The probe sets in Sources/Probes/Data are written by hand, all but the lines whose id holds "bumble": those come from the
skills in Models/bumble, from problems held out of its training (all but fixed shell phrases), so that the bundled model
can be measured too. This script replaces those lines and leaves the others as they are. Its seeds are fixed: the same
lines every time.
"""
import argparse
import json
import random
import re
import sys
from pathlib import Path
from typing import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "Sources/Probes/Data"
sys.path.insert(0, str(ROOT / "Models/bumble"))

from skills.arithmetic import arithmetic  # noqa: E402
from skills.code import AMBIGUOUS, code, run, substitute  # noqa: E402
from skills.tools import tool_call  # noqa: E402
from skills.world import world  # noqa: E402

MARGIN = " " * 8


def question(document: dict) -> str:
    """The user's message."""
    return document["messages"][0]["content"]


def reply(document: dict) -> str:
    """The assistant's message."""
    return document["messages"][1]["content"]


def number(r: random.Random) -> dict:
    """A sum or a word problem."""
    document = arithmetic(r, held_out=True)
    return {"prompt": question(document), "answer": document["answer"]}


def is_choice(document: dict) -> bool:
    """Whether a closed-world question comes with options."""
    return "\nA) " in question(document)


def choice(r: random.Random) -> dict:
    """A closed-world question with options."""
    while not is_choice(document := world(r, held_out=True)):
        pass
    return {"prompt": question(document), "answer": document["answer"]}


def short(r: random.Random) -> dict:
    """A closed-world question without options; the answer as a whole sentence is right as well."""
    while is_choice(document := world(r, held_out=True)):
        pass
    sentence = reply(document).split("\nAnswer:")[0].rstrip(".")
    answers = [document["answer"]] + ([] if sentence.startswith("In order") else [sentence])
    preposition = re.search(rf" (in the|on the) {re.escape(answers[0])}$", sentence)
    if preposition:
        answers.insert(1, f"{preposition[1]} {answers[0]}")
    messages = [{"role": "system", "content": "Answer shortly."}, {"role": "user", "content": question(document)}]
    return {"messages": messages, "answer": answers}


def call(r: random.Random) -> dict:
    """A request for a tool; its tools are named, their definitions stand at the top of the file."""
    document = tool_call(r, held_out=True)
    expected = dict(document["answer"])
    if expected["name"] == "bash":
        expected["arguments"].pop("description", None)
        expected["ignore"] = ["description"]
    tools = [tool["function"]["name"] for tool in document["tools"]]
    while len(tools) > 6:
        tools.remove(next(x for x in reversed(tools) if x != expected["name"]))
    return {"prompt": question(document), "tools": tools, "calls": [expected]}


def is_clear(document: dict) -> bool:
    """Whether the examples tell which behaviour is meant, where the words leave two."""
    names, cases = document["family"].removeprefix("ambiguous "), document["tests"]
    bodies = next((bodies.split(" ## ") for family, _, _, bodies in AMBIGUOUS if family == names), [])
    head = source(document).split("\n")[0]
    arguments = head.split("(")[1].removesuffix("):").split(", ")
    readings = [f"{head}\n    {substitute(body, arguments)}" for body in bodies]
    shown = [(list(eval(given)), value) for given, value in cases["visible"]]
    fitting = [x for x in readings if all(repr(run(x, cases["name"], given)) == value for given, value in shown)]
    return len(fitting) <= 1


def source(document: dict) -> str:
    """The function in the assistant's message."""
    return reply(document).split("```python\n")[1].removesuffix("\n```")


def program(r: random.Random) -> dict:
    """A request for a function with examples, and hidden tests."""
    while not is_clear(document := code(r, held_out=True)):
        pass
    name = document["tests"]["name"]
    tests = []
    for arguments, value in document["tests"]["hidden"][:4]:
        test = f"assert {name}({arguments[1:-1]}) == {value}"
        if test not in tests:
            tests.append(test)
    return {"prompt": question(document), "entry": name, "tests": tests, "reference": source(document)}


def problems(kind: str, make: Callable[[random.Random], dict], count: int) -> Iterator[str]:
    """Distinct problems as JSON lines."""
    r = random.Random(f"probes {kind}")
    seen = set()
    while len(seen) < count:
        problem = make(r)
        identity = json.dumps([problem.get("prompt"), problem.get("messages")])
        if identity not in seen:
            seen.add(identity)
            head = {"id": f"{kind}-bumble-{len(seen):02d}", "kind": kind}
            yield json.dumps(head | problem, ensure_ascii=False)


def rewrite(file: Path, fresh: list[str]) -> None:
    """Put the fresh lines in the place of those that the file has, at the end of its string."""
    lines = [x for x in file.read_text(encoding="utf-8").split("\n") if not re.search(r'^\s*{"id": "\w+-bumble-', x)]
    end = next(place for place, line in enumerate(lines) if line.strip() == '"""#')
    lines[end:end] = [MARGIN + line for line in fresh]
    file.write_text("\n".join(lines), encoding="utf-8")


FILES = {
    "number": ("NumberProbes.swift", number), "short": ("ShortProbes.swift", short),
    "choice": ("ChoiceProbes.swift", choice), "tool_call": ("ToolProbes.swift", call),
    "code": ("CodeProbes.swift", program),
}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Rewrite the probes in bumble's sentence patterns.")
    parser.add_argument("--count", type=int, default=40, help="how many per kind (default: %(default)s)")
    options = parser.parse_args()
    for kind, (file, make) in FILES.items():
        rewrite(DATA / file, list(problems(kind, make, options.count)))


if __name__ == "__main__":
    main()
