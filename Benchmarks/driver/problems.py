"""Fresh held-out problems for bumble, made by its own generator, and what counts as a right answer.

None is in the training text, nor in the sets that its model card reports. An answer is judged by one or more criteria,
of which "right" is the first.
"""
import random
import re
import sys

from driver.bench import ROOT

sys.path.insert(0, str(ROOT / "Models" / "bumble"))
import evaluate  # noqa: E402
import gen  # noqa: E402
import make_eval  # noqa: E402


def fresh(kind, count):
    """Problems as requests with their answers."""
    used = {str(row["messages"]) for row in make_eval.rows(kind, make_eval.COUNTS[kind])}
    draw = random.Random("benchmark arithmetic" if kind == "arith" else f"benchmark {kind}")
    items = []
    while len(items) < count:
        document = gen.SKILLS[kind](draw, True)
        messages = document["messages"][:-1]
        if str(messages) in used:
            continue
        used.add(str(messages))
        request = {"messages": messages} | ({"tools": document["tools"]} if document.get("tools") else {})
        items.append({"ask": request, "answer": document["answer"]})
    return items


def sum_is_right(message, item):
    """The number after the last "Answer:", else the last number, is the expected one."""
    text = message.get("content") or ""
    numbers = re.findall(r"Answer:\s*(-?\d+(?:\.\d+)?)", text) or re.findall(r"-?\d+(?:\.\d+)?", text)
    return {"right": bool(numbers) and float(numbers[-1]) == float(item["answer"])}


def text_is_right(message, item):
    """What stands after the last "Answer:", else all of it, is the expected text."""
    return {"right": evaluate.final({"message": message}) == item["answer"]}


def call_is_right(message, item):
    """Name and arguments are the expected ones, as canonical JSON."""
    called, wanted = evaluate.called({"message": message}), evaluate.canonical(item["answer"])
    return {
        "right": called == wanted,
        "without `description`": evaluate.undescribed(called) == evaluate.undescribed(wanted),
    }


# For each kind: how to make problems, how to judge an answer, and how many candidates vote.
KINDS = {
    "arithmetic": (lambda count: fresh("arith", count), sum_is_right, (3, 5, 9)),
    "tools": (lambda count: fresh("tool", count), call_is_right, (3, 5, 9)),
    "world": (lambda count: fresh("world", count), text_is_right, (5,)),
}
