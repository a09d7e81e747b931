"""Write the held-out evaluation sets, one JSON line per problem, from fixed seeds.

Nothing here occurs in training (see `held` in skills/words.py), except small talk and the fixed tool phrases.
"""
import argparse
import json
import os
import random

import gen

COUNTS = {"arith": 240, "world": 80, "tool": 80, "tool_answer": 40, "code": 120, "talk": 24}
KEPT = ("tools", "answer", "tests", "family", "novel", "seen")


def tool_conversation(r: random.Random) -> dict:
    """A tool conversation with call ids, to be cut after the tool's result."""
    while True:
        document = gen.tool_call(r, held_out="answer")
        messages = document["messages"]
        if len(messages) == 4:
            call = messages[1]["tool_calls"][0]
            call["id"] = messages[2]["tool_call_id"] = "call_1"
            call["function"]["arguments"] = json.dumps(call["function"]["arguments"])
            return document


def rows(kind: str, count: int) -> list[dict]:
    """Distinct problems of a kind."""
    r = random.Random(f"eval {kind}")
    seen, out = set(), []
    while len(out) < count:
        document = tool_conversation(r) if kind == "tool_answer" else gen.SKILLS[kind](r, kind != "talk")
        question = document["messages"][:-1]
        identity = json.dumps(question)
        if identity in seen:
            continue
        seen.add(identity)
        row = {"id": f"{kind}-{len(out):03d}", "kind": kind, "messages": question}
        row |= {key: document[key] for key in KEPT if document.get(key) is not None}
        if kind in ("tool_answer", "talk"):
            row["answer"] = document["messages"][-1]["content"]
        out.append(row)
    return out


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write the held-out evaluation sets as JSON lines.")
    parser.add_argument("folder", nargs="?", default="eval", help="where to write them (default: %(default)s)")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    for kind, count in COUNTS.items():
        with open(os.path.join(options.folder, kind + ".jsonl"), "w", encoding="utf-8") as f:
            f.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(kind, count))
        print(kind, count)


if __name__ == "__main__":
    main()
