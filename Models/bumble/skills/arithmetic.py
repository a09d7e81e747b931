"""Sums and word problems, answered with their steps and a last line "Answer: N"."""
import random

from skills.words import THINGS, bot, held, people, plural, user

# The steps of a calculation, its value, and what identifies the problem.
Steps = list[str]
Key = tuple

FOOD = ("apples", "cookies", "plums", "pears", "sweets", "eggs", "nuts", "lemons", "oranges")
SUM_QUESTIONS = [
    "What is {}?", "what is {}", "Calculate {}.", "Compute {}", "{}", "{} = ?", "How much is {}?",
    "Please work out {}.", "Solve {}", "Can you calculate {}?", "Evaluate {}.",
]


def step(r: random.Random, a: int, op: str, b: int) -> tuple[Steps, int]:
    """The written-out steps of one operation, and its result.

    There are several ways to write one, so that sampled solutions differ and can be voted on.
    """
    if op == "*":
        if a > 12 and a % 10 and b < 10:
            units = a % 10
            tens = a - units
            lines = [f"{tens} * {b} = {tens * b}", f"{units} * {b} = {units * b}"]
            return [*lines, f"{tens * b} + {units * b} = {a * b}"], a * b
        return [f"{b} * {a} = {a * b}" if r.random() < 0.25 else f"{a} * {b} = {a * b}"], a * b
    result = a + b if op == "+" else a - b
    if op == "+" and r.random() < 0.3:
        a, b = b, a
    if b >= 10 and b % 10 and r.random() < (0.6 if max(a, result) >= 100 else 0.35):
        units = b % 10
        tens = b - units
        first, second = (tens, units) if r.random() < 0.7 else (units, tens)
        between = a + first if op == "+" else a - first
        return [f"{a} {op} {first} = {between}", f"{between} {op} {second} = {result}"], result
    return [f"{a} {op} {b} = {result}"], result


def operands(r: random.Random, op: str, limit: int) -> tuple[int, int]:
    """Two numbers for an operation, in an order that keeps differences positive."""
    if op == "*":
        if r.random() < 0.5:
            return r.randint(2, 12), r.randint(2, 12)
        return r.randint(11, 99), r.randint(2, 9)
    a, b = r.randint(1, limit), r.randint(1, limit)
    return (max(a, b), min(a, b)) if op == "-" else (a, b)


def expression(r: random.Random) -> tuple[str, Steps, int, Key]:
    """An expression of one or two operations."""
    kind = r.random()
    if kind < 0.6:
        op = r.choice("++--*")
        a, b = operands(r, op, r.choice([20, 99, 99, 500]))
        steps, value = step(r, a, op, b)
        return f"{a} {op} {b}", steps, value, (op, a, b)
    a, b, c = r.randint(2, 60), r.randint(2, 12), r.randint(2, 9)
    if kind < 0.7:
        first, product = step(r, b, "*", c)
        second, value = step(r, a, "+", product)
        return f"{a} + {b} * {c}", first + second, value, ("+*", a, b, c)
    if kind < 0.78:
        first, product = step(r, b, "*", c)
        second, value = step(r, product, "+", a)
        return f"{b} * {c} + {a}", first + second, value, ("*+", a, b, c)
    if kind < 0.86:
        a = r.randint(2, 20)
        first, total = step(r, a, "+", b)
        second, value = step(r, total, "*", c)
        return f"({a} + {b}) * {c}", first + second, value, ("+)*", a, b, c)
    b, c = r.randint(2, 60), r.randint(2, 60)
    op1, op2 = r.choice("+-"), r.choice("+-")
    between = a + b if op1 == "+" else a - b
    first, partial = step(r, a, op1, b)
    second, value = step(r, partial, op2, c)
    return f"{a} {op1} {b} {op2} {c}", first + second, value if between >= 0 else -1, (op1, op2, a, b, c)


def changes(r: random.Random, name: str, other: str, things: str, he: str) -> tuple[str, Steps, int, Key]:
    """A start and one to three changes: "Ann has 12 pens. She loses 4. ..."."""
    him = "him" if he == "He" else "her"
    value = start = r.randint(3, 60)
    question = r.choice(
        [f"{name} has {start} {things}.", f"{name} starts with {start} {things}.",
         f"There are {start} {things} in {name}'s box."]
    )
    key, steps = [start], []
    boxed = "box" in question
    for _ in range(r.choice([1, 2, 2, 3])):
        kind = r.random()
        if kind < 0.48:
            op, by = "+", r.randint(2, 40)
            if boxed:
                sentences = [f"{name} puts in {by} more.", f"{other} adds {by} {things}."]
            else:
                sentences = [f"{he} gets {by} more.", f"{other} gives {him} {by} more.",
                             f"{he} buys {by} more {things}.", f"{he} finds {by} more."]
            question += " " + r.choice(sentences)
        elif kind < 0.9 and value > 4:
            op, by = "-", r.randint(2, min(40, value - 1))
            if boxed:
                sentences = [f"{name} takes out {by}.", f"{other} takes {by} {things}."]
            else:
                sentences = [f"{he} gives {by} to {other}.", f"{he} loses {by}.", f"{he} sells {by} {things}.",
                             f"{he} eats {by}." if things in FOOD else f"{he} throws away {by}."]
            question += " " + r.choice(sentences)
        elif value <= 40:
            op, by = "*", r.randint(2, 4)
            if by > 2:
                question += f" Then the number of {things} is multiplied by {by}."
            else:
                question += f" Then the number of {things} doubles."
        else:
            continue
        lines, value = step(r, value, op, by)
        steps += lines
        key.append((op, by))
    if not steps:
        return story(r)
    if boxed:
        endings = [f"How many {things} are in the box now?", f"How many {things} are in the box?"]
    else:
        endings = [f"How many {things} does {name} have now?", f"How many {things} does {name} have?",
                   f"How many {things} are left with {name}?"]
    return question + " " + r.choice(endings), steps, value, tuple(key)


def story(r: random.Random) -> tuple[str, Steps, int, Key]:
    """A word problem: a start with changes, or groups, prices and comparisons."""
    name, other = people(r, 2)
    things, _ = r.sample([plural(x) for x in THINGS], 2)
    he = r.choice(["He", "She"])
    kind = r.random()
    if kind < 0.5:
        return changes(r, name, other, things, he)
    a, b, _, d = r.randint(2, 12), r.randint(2, 12), r.randint(2, 9), r.randint(2, 30)
    if kind < 0.6:
        question = r.choice(
            [f"{name} has {a} boxes with {b} {things} each. How many {things} is that?",
             f"There are {b} {things} in each bag. {name} has {a} bags. How many {things} does {name} have?"]
        )
        steps, value = step(r, a, "*", b)
        return question, steps, value, ("g", a, b)
    if kind < 0.7:
        question = (f"{name} has {a} bags with {b} {things} each and {d} loose {things}. "
                    f"How many {things} does {name} have?")
        first, product = step(r, a, "*", b)
        second, value = step(r, product, "+", d)
        return question, first + second, value, ("gl", a, b, d)
    if kind < 0.8:
        paid = a * b + d
        question = r.choice(
            [f"A {things[:-1]} costs {b} dollars. {name} buys {a} {things} and pays with {paid} dollars. "
             f"How much change does {name} get?",
             f"{name} buys {a} {things} for {b} dollars each and has {paid} dollars. How much money is left?"]
        )
        first, product = step(r, a, "*", b)
        second, value = step(r, paid, "-", product)
        return question, first + second, value, ("ch", a, b, d)
    if kind < 0.9:
        question = f"{name} has {d} {things}. {other} has {a} more than {name}. " + r.choice(
            [f"How many {things} do they have together?", f"How many {things} do {name} and {other} have in total?"]
        )
        first, others = step(r, d, "+", a)
        second, value = step(r, d, "+", others)
        return question, first + second, value, ("mt", d, a)
    if r.random() < 0.5:
        question = f"{name} reads {a} pages a day for {b} days, then {d} more pages. How many pages does {name} read?"
    else:
        question = (f"A train has {a} cars with {b} seats each. {d} people sit down, one per seat. "
                    "How many seats are free?")
    train = "train" in question
    first, product = step(r, a, "*", b)
    second, value = step(r, product, "-" if train else "+", d)
    return question, first + second, value, ("pg", a, b, d, train)


def arithmetic(r: random.Random, held_out: bool = False) -> dict:
    """A sum or a word problem with a result from 0 to 999 and no negative number on the way."""
    while True:
        is_sum = r.random() < 0.45
        question, steps, value, key = expression(r) if is_sum else story(r)
        if 0 <= value <= 999 and not any(" = -" in x for x in steps) and held(*key) == held_out:
            break
    if is_sum:
        if r.random() < 0.2:
            question = question.replace("*", "x")
        question = r.choice(SUM_QUESTIONS).format(question)
    elif r.random() < 0.15:
        question = r.choice(["Solve this: ", "Problem: ", "Please solve. ", "Question: "]) + question
    layout = r.random()
    if layout < 0.55 or len(steps) == 1:
        work = "\n".join(steps)
    elif layout < 0.75:
        work = "Step by step:\n" + "\n".join(steps)
    elif layout < 0.9:
        work = "\n".join(f"{i + 1}. {x}" for i, x in enumerate(steps))
    else:
        work = "First, " + ". Then, ".join(steps) + "."
    messages = [user(question), bot(f"{work}\nAnswer: {value}")]
    return {"kind": "arith", "messages": messages, "answer": str(value)}
