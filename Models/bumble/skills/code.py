"""Tiny Python functions (and a few in Swift): asked for by a stub or a sentence, often with examples.

The behaviours come from `families.txt`, from its ambiguous families, where only the examples tell which behaviour is
meant, and from pairs of a predicate and an action.
"""
import random
from pathlib import Path
from typing import NamedTuple

from skills.words import bot, held, syllables, user, word


def read_families() -> tuple[list[list[str]], list[list[str]]]:
    """The plain and the ambiguous families, each as [names, argument kinds, phrases, body]."""
    text = (Path(__file__).resolve().parent.parent / "families.txt").read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if line and line[0] != "#"]
    plain = [line.split("|", 3) for line in lines if " ## " not in line]
    ambiguous = [line.split("|", 3) for line in lines if " ## " in line]
    return plain, ambiguous


PLAIN, AMBIGUOUS = read_families()

# Predicates (name, noun phrase, condition on x; # is a number) and actions (name, phrases with @ for the predicate's
# noun phrase, expression with ? for its condition): every pair is a family of its own.
PREDICATES = [
    ("even", "even numbers", "x % 2 == 0"),
    ("odd", "odd numbers", "x % 2 == 1"),
    ("positive", "positive numbers", "x > 0"),
    ("negative", "negative numbers", "x < 0"),
    ("nonzero", "nonzero numbers", "x != 0"),
    ("big", "numbers greater than #", "x > #"),
    ("small", "numbers less than #", "x < #"),
    ("multiples", "multiples of #", "x % # == 0"),
]
ACTIONS = [
    ("count", "the number of @ in A;how many @ are in A", "sum(1 for x in A if ?)"),
    ("sum", "the sum of the @ in A", "sum(x for x in A if ?)"),
    ("keep", "a list of the @ in A;only the @ from A", "[x for x in A if ?]"),
    ("remove", "A without the @;A with all @ removed", "[x for x in A if not ?]"),
    ("first", "the first of the @ in A, or None", "next((x for x in A if ?), None)"),
    ("any", "True if A contains any @;whether there are any @ in A", "any(? for x in A)"),
    ("all", "True if A has only @", "all(? for x in A)"),
    ("largest", "the largest of the @ in A, or 0", "max((x for x in A if ?), default=0)"),
    ("square", "the squares of the @ in A", "[x * x for x in A if ?]"),
    ("double", "the @ in A doubled", "[x * 2 for x in A if ?]"),
]
# Families that are also asked for in Swift: the rest of the signature and the body.
SWIFT = {
    "add": ("a: Int, b: Int) -> Int", "return a + b"),
    "subtract": ("a: Int, b: Int) -> Int", "return a - b"),
    "multiply": ("a: Int, b: Int) -> Int", "return a * b"),
    "square": ("a: Int) -> Int", "return a * a"),
    "is_even": ("a: Int) -> Bool", "return a % 2 == 0"),
    "is_odd": ("a: Int) -> Bool", "return a % 2 != 0"),
    "larger": ("a: Int, b: Int) -> Int", "return max(a, b)"),
    "smaller": ("a: Int, b: Int) -> Int", "return min(a, b)"),
    "sum_list": ("a: [Int]) -> Int", "return a.reduce(0, +)"),
    "reverse_string": ("a: String) -> String", "return String(a.reversed())"),
    "upper": ("a: String) -> String", "return a.uppercased()"),
    "largest": ("a: [Int]) -> Int?", "return a.max()"),
    "sort_list": ("a: [Int]) -> [Int]", "return a.sorted()"),
    "squares": ("a: [Int]) -> [Int]", "return a.map { $0 * $0 }"),
    "length": ("a: [Int]) -> Int", "return a.count"),
    "greet": ("a: String) -> String", 'return "Hello, " + a + "!"'),
}
# Argument names by kind; the kinds are explained at the top of families.txt.
ARGUMENT_NAMES = {
    "L": ["xs", "nums", "numbers", "values", "items"],
    "M": ["xs", "nums", "numbers", "values", "items"],
    "N": ["n", "num", "k"],
    "I": ["a", "b", "n", "m", "k"],
    "K": ["k", "n", "count"],
    "S": ["s", "text", "word", "string"],
    "T": ["text", "s", "sentence"],
    "W": ["words", "items", "names"],
    "C": ["c", "letter", "ch"],
}
SENTENCES = [
    "Write a Python function `{s}` that returns {p}.", "Write a function {s} that returns {p}.",
    "Write {s} in Python. It returns {p}.", "python function {s}: return {p}",
    "Please code a Python function called {s} which returns {p}.", "I need a Python function {s} returning {p}.",
    "Implement {s}, which returns {p}.", "Can you write {s}? It should return {p}.",
]
SWIFT_SENTENCES = [
    "Write a Swift function {n} that returns {p}.", "In Swift, write {n}: it returns {p}",
    "swift function `{n}` returning {p}",
]
STUB_REQUESTS = [
    "Complete this function:\n", "Complete the function.\n", "Implement this Python function:\n", "",
    "Write the body of this function:\n", "Finish this code:\n",
]


class Family(NamedTuple):
    """A behaviour: possible function names, argument kinds, phrases for the result, a body in A, B and C."""

    label: str
    names: list[str]
    kinds: str
    phrases: list[str]
    body: str
    novel: bool = False  # a pair of predicate and action that never occurs in training


def pick_family(r: random.Random) -> Family:
    """Any family, from one of the three sources."""
    source = r.random()
    if source < 0.62:
        names, kinds, phrases, body = r.choice(PLAIN)
        return Family(names, names.split(","), kinds, phrases.split(";"), body)
    if source < 0.75:
        names, kinds, phrases, bodies = r.choice(AMBIGUOUS)
        body = r.choice(bodies.split(" ## "))
        return Family("ambiguous " + names, names.split(","), kinds, phrases.split(";"), body)
    (predicate, noun, condition), (action, phrases, expression) = r.choice(PREDICATES), r.choice(ACTIONS)
    number = str(r.randint(2, 9))
    phrases = phrases.replace("@", noun).replace("#", number)
    body = "return " + expression.replace("?", condition).replace("#", number)
    names = [f"{action}_{predicate}", f"{predicate}_{action}"]
    return Family(f"{action} {predicate}", names, "L", phrases.split(";"), body, held("combo", predicate, action))


def substitute(text: str, arguments: list[str]) -> str:
    """The text with the letters A, B and C, standing alone, replaced by the arguments."""
    out = []
    for i, c in enumerate(text):
        k = "ABC".find(c)
        alone = not (text[i - 1:i].isalpha() or text[i + 1:i + 2].isalpha())
        out.append(arguments[k] if 0 <= k < len(arguments) and alone else c)
    return "".join(out)


def pick_arguments(r: random.Random, kinds: str) -> list[str]:
    """Distinct argument names for the kinds."""
    arguments = []
    for kind in kinds:
        arguments.append(r.choice([x for x in ARGUMENT_NAMES[kind] if x not in arguments]))
    return arguments


def value(r: random.Random, kind: str, given: list):
    """A value of a kind; letters and numbers often come from the first argument, so that they occur in it."""
    if kind in ("L", "M"):
        shortest = 0 if kind == "L" and r.random() < 0.2 else 2
        numbers = [r.randint(-9, 20) for _ in range(r.randint(shortest, 6))]
        return numbers + numbers[:1] if r.random() < 0.3 else numbers
    if kind == "N":
        return r.randint(0, 30)
    if kind == "I":
        if given and isinstance(given[0], list) and given[0] and r.random() < 0.6:
            return r.choice(given[0])
        return r.randint(-9, 20)
    if kind == "K":
        return r.randint(1, 5)
    if kind == "S":
        w = word(r)[:7]
        return r.choice([w, w, w.title(), w[:2] + w[:2][::-1]])
    if kind == "T":
        return " ".join(word(r) for _ in range(r.randint(2, 4)))
    if kind == "W":
        return [word(r) for _ in range(r.randint(2, 4))]
    return r.choice(given[0]) if given and r.random() < 0.7 else r.choice("aeiourst")


def pick_inputs(r: random.Random, kinds: str) -> list[list]:
    """Eight argument lists for the kinds."""
    inputs = []
    for _ in range(8):
        given = []
        for kind in kinds:
            given.append(value(r, kind, given))
        inputs.append(given)
    return inputs


def run(source: str, name: str, arguments: list):
    """What a function of ours returns; the lists in its arguments are copied first."""
    scope = {}
    exec(source, scope)
    return scope[name](*[x[:] if isinstance(x, list) else x for x in arguments])


def stub(r: random.Random, signature: str, phrase: str, examples: list[str]) -> str:
    """A request by a function head with a docstring."""
    summary = r.choice(["Return {}.", "Return {}.", "Returns {}."]).format(phrase)
    lines = [summary, "", *"\n".join(examples).split("\n")] if examples else [summary]
    docstring = '"""' + "\n    ".join(lines) + ('\n    """' if examples else '"""')
    head = f"def {signature}:\n    {docstring}"
    head = "\n".join(line.rstrip() for line in head.split("\n"))
    return r.choice(STUB_REQUESTS) + r.choice(["```python\n" + head + "\n```", head])


def python_exchange(r, signature: str, phrase: str, source: str, examples: list[str], form: float) -> tuple[str, str]:
    """Request and answer for a Python function."""
    if form < 0.45 or (form < 0.7 and examples):
        question = stub(r, signature, phrase, examples)
    else:
        question = r.choice(SENTENCES).format(s=signature, p=phrase)
        if examples:
            question += r.choice(["\n", "\nExamples:\n", " For example:\n"]) + "\n".join(examples)
    answer = f"```python\n{source}\n```"
    if r.random() < 0.12:
        answer = "Here is the function:\n" + answer
    return question, answer


def swift_exchange(r: random.Random, family: Family, arguments: list[str]) -> tuple[str, str]:
    """Request and answer for a Swift function."""
    name = family.names[0]
    rest, body = SWIFT[name]
    phrase = substitute(family.phrases[0], arguments)
    question = r.choice(SWIFT_SENTENCES).format(n=name, p=phrase)
    return question, f"```swift\nfunc {name}(_ {rest.replace(', b', ', _ b')} {{\n    {body}\n}}\n```"


def code(r: random.Random, held_out: bool = False) -> dict:
    """A request for a function, its source, and tests: the examples shown and hidden ones."""
    while True:
        family = pick_family(r)
        if family.novel and not held_out:
            continue
        arguments = pick_arguments(r, family.kinds)
        if r.random() < 0.8:
            name = r.choice(family.names)
        else:
            name = r.choice(["f", "solve", "task", "helper", syllables(r, 2), word(r) + "_" + word(r)])
        phrase = substitute(r.choice(family.phrases), arguments)
        body = substitute(family.body.replace("\\n", "\n"), arguments)
        source = f"def {name}({', '.join(arguments)}):\n" + "\n".join("    " + line for line in body.split("\n"))
        if name in arguments:
            continue
        inputs = pick_inputs(r, family.kinds)
        outputs = [run(source, name, x) for x in inputs]
        shown = r.choice([2, 3]) if held_out else r.choice([0, 1, 2, 2, 3])
        in_swift = family.names[0] in SWIFT and not held_out and r.random() < 0.3
        if family.label.startswith("ambiguous") or family.novel:
            shown = r.choice([2, 3])
        examples = [f">>> {name}({', '.join(map(repr, x))})\n{y!r}" for x, y in zip(inputs[:shown], outputs)]
        form = r.random()
        if in_swift:
            r.choice(["a", "b"])  # not used, but drawn: the order of draws decides every later document
            name = family.names[0]
            arguments = ["a", "b"][: len(arguments)] + ["c"]
            question, answer = swift_exchange(r, family, arguments)
        else:
            signature = f"{name}({', '.join(arguments)})"
            question, answer = python_exchange(r, signature, phrase, source, examples, form)
        if held(family.label, arguments, inputs[:shown], question if not shown else 0) == held_out:
            break
    cases = [[repr(x), repr(y)] for x, y in zip(inputs, outputs)]
    return {
        "kind": "code",
        "family": family.label,
        "novel": family.novel,
        "messages": [user(question), bot(answer)],
        "tests": {"name": name, "visible": cases[:shown], "hidden": cases[shown:]},
    }
