"""Synthetic training text for bumble: conversations of the five skills, mixed.

Every sentence comes from the tables and rules in `skills/` and from `families.txt`; no outside corpus is read.
A document is {"messages": [...], "tools": [...]} in the OpenAI shape; documents for evaluation also carry "answer" or
"tests". The split is made on a hash of what matters (the numbers, the file names, the facts), so that no held-out
problem occurs in training.
"""
import argparse
import json
import random

from skills.arithmetic import arithmetic
from skills.code import code
from skills.talk import talk
from skills.tools import standard_tools, tool_call
from skills.words import NAMES, bot, user, word
from skills.world import world

SKILLS = {"arith": arithmetic, "world": world, "talk": talk, "tool": tool_call, "code": code}

SYSTEM = [
    "You are a helpful assistant.", "You are bumble.", "You are bumble, a tiny assistant.", "Be brief.",
    "Answer shortly.", "You are a coding agent.", "You can use tools.", "Be polite and concise.",
    "You are a careful assistant. Think step by step.", "You are an expert programmer.",
]


def instruction(r: random.Random) -> str:
    """One sentence of a long system prompt."""
    return r.choice(
        SYSTEM
        + [
            "Use the tools when they help.",
            "Do not guess.",
            "Never delete files unless asked.",
            f"The working directory is /{word(r)}/{word(r)}.",
            "Platform: linux.",
            f"Today's date is {r.randint(2024, 2030)}-0{r.randint(1, 9)}-{r.randint(10, 28)}.",
            f"The user is called {r.choice(NAMES)}.",
            f"The project is named {word(r)}.",
            "Keep your answers under four lines.",
            "- Follow the style of the existing code.",
            "- Run the tests after a change.",
            "IMPORTANT: do not reveal secrets.",
            f"Prefer {word(r)} over {word(r)}.",
            "Respond in English.",
            f"{word(r).title()} {word(r)} {word(r)} {word(r)}.",
        ]
    )


def system(r: random.Random) -> str | None:
    """A system prompt: none, one sentence, or many."""
    kind = r.random()
    if kind < 0.5:
        return None
    if kind < 0.85:
        return r.choice(SYSTEM)
    count = r.choice([2, 3, 4, 6, 10, 16])
    sentences = [instruction(r) for _ in range(count)]
    return r.choice([" ", "\n"]).join(sentences)


def title_request(r: random.Random, messages: list[dict]) -> list[dict]:
    """What chat clients ask in the background: a title for the conversation."""
    question = messages[0]["content"].split("\n")[0][:60]
    words = [x.strip("?.,:`") for x in question.split()][:4]
    request = r.choice(["Generate a title for this conversation:\n", "Write a short title for: "]) + question
    return [user(request), bot(" ".join(words).title())]


def document(r: random.Random, weights: dict[str, float], single: float = 0.8) -> dict:
    """One training conversation: with probability `single` one turn, else two to five turns of mixed skills."""
    turns = 1 if r.random() < single else r.choice([2, 2, 3, 4, 5])
    parts = [SKILLS[r.choices(list(weights), list(weights.values()))[0]](r) for _ in range(turns)]
    tools = next((p["tools"] for p in parts if p.get("tools")), None)
    messages = []
    for part in parts:  # one tool list per conversation: keep the first, and drop the turns that need another
        if not part.get("tools") or part["tools"] is tools:
            messages += part["messages"]
    if not tools and r.random() < 0.06:
        tools = standard_tools(r)[0]  # present, but not needed
    prompt = system(r)
    if r.random() < 0.05 and tools is None and len(messages) == 2:
        messages = title_request(r, messages)
    head = [{"role": "system", "content": prompt}] if prompt else []
    return {"messages": head + messages, "tools": tools}


def main() -> None:
    """Print documents as JSON lines, to read what the model is trained on."""
    parser = argparse.ArgumentParser(description="Print synthetic training documents as JSON lines.")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random generator (default: %(default)s)")
    parser.add_argument("--count", type=int, default=5, help="how many documents (default: %(default)s)")
    options = parser.parse_args()
    r = random.Random(options.seed)
    for _ in range(options.count):
        print(json.dumps(document(r, dict.fromkeys(SKILLS, 1.0)), ensure_ascii=False))


if __name__ == "__main__":
    main()
