"""Questions about a few facts given in the same message: who has what, where, how old, in which order."""
import random
from dataclasses import dataclass

from skills.words import COLOURS, PLACES, THINGS, article, bot, held, people, plural, user

SPOTS = [
    "in the drawer", "on the shelf", "under the bed", "in the box", "on the table", "behind the door", "in the bag",
    "on the roof", "under the chair", "in the car", "next to the lamp", "on the desk",
]
ORDERS = [
    ("taller", "tallest", "shorter", "shortest"), ("older", "oldest", "younger", "youngest"),
    ("faster", "fastest", "slower", "slowest"),
]


@dataclass
class World:
    """Two to four people with their things; `i` is the one asked about, `j` another one."""

    people: list[str]
    things: list[str]
    colours: list[str]
    places: list[str]
    spots: list[str]
    i: int
    j: int


@dataclass
class Riddle:
    """Facts, a question on them, its answer, why, and the options for a multiple-choice form (none: not possible)."""

    facts: list[str]
    question: str
    answer: str
    why: str
    options: list[str] | None = None


def owning(r: random.Random, w: World) -> Riddle:
    """Ann has a red ball. Who has the ball?"""
    facts = [
        r.choice(["{} has {}.", "{} has {}.", "{} owns {}."]).format(person, article(f"{colour} {thing}"))
        for person, thing, colour in zip(w.people, w.things, w.colours)
    ]
    person, thing, colour = w.people[w.i], w.things[w.i], w.colours[w.i]
    form = r.randint(0, 3)
    if form == 0:
        question = r.choice([f"Who has the {thing}?", f"Who has {article(colour + ' ' + thing)}?"])
        return Riddle(facts, question, person, f"{person} has the {colour} {thing}.", w.people)
    if form == 1:
        question = r.choice([f"What colour is {person}'s {thing}?", f"What color is the {thing}?"])
        return Riddle(facts, question, colour, f"The {thing} is {colour}.", w.colours)
    if form == 2:
        why = f"{person} has {article(colour + ' ' + thing)}."
        return Riddle(facts, f"What does {person} have?", thing, why, w.things)
    k = r.choice([w.i, w.j])
    answer = "yes" if k == w.i else "no"
    return Riddle(facts, f"Does {person} have the {w.things[k]}?", answer, f"{w.people[k]} has the {w.things[k]}.")


def lying(r: random.Random, w: World) -> Riddle:
    """The key is under the bed. Where is the key?"""
    facts = [f"The {thing} is {spot}." for thing, spot in zip(w.things, w.spots)]
    thing, spot = w.things[w.i], w.spots[w.i]
    why = f"The {thing} is {spot}."
    if r.random() < 0.7:
        question = r.choice([f"Where is the {thing}?", f"Where can I find the {thing}?"])
        return Riddle(facts, question, spot, why, w.spots)
    return Riddle(facts, f"What is {spot}?", thing, why, w.things)


def ranking(r: random.Random, w: World) -> Riddle:
    """Ann is taller than Bob. Who is the tallest?"""
    more, most, less, least = r.choice(ORDERS)
    facts = [
        f"{x} is {more} than {y}." if r.random() < 0.6 else f"{y} is {less} than {x}."
        for x, y in zip(w.people, w.people[1:])
    ]
    first = r.random() < 0.5
    question, answer = (f"Who is the {most}?", w.people[0]) if first else (f"Who is the {least}?", w.people[-1])
    return Riddle(facts, question, answer, "In order: " + ", ".join(w.people) + ".", w.people)


def ages(r: random.Random, w: World) -> Riddle:
    """Ann is 12. Bob is 30. Who is older?"""
    years = r.sample(range(3, 60), len(w.people))
    facts = [r.choice([f"{p} is {age} years old.", f"{p} is {age}."]) for p, age in zip(w.people, years)]
    one, other = w.people[w.i], w.people[w.j]
    if r.random() < 0.5:
        age = str(years[w.i])
        return Riddle(facts, f"How old is {one}?", age, f"{one} is {age} years old.", [str(x) for x in years])
    answer = one if years[w.i] > years[w.j] else other
    why = f"{one} is {years[w.i]} and {other} is {years[w.j]}."
    return Riddle(facts, f"Who is older, {one} or {other}?", answer, why, w.people)


def moving(r: random.Random, w: World) -> Riddle:
    """Ann goes to the park. Ann moves to the hall. Where is Ann now?"""
    places = w.places + r.sample([x for x in PLACES if x not in w.places], 1)
    moves = r.random() < 0.5
    person = w.people[w.i]
    facts = [f"{p} {r.choice(['goes to', 'is in', 'walks to'])} the {place}." for p, place in zip(w.people, places)]
    if moves:
        facts.append(f"{person} {r.choice(['goes to', 'moves to'])} the {places[-1]}.")
    place = places[-1] if moves else places[w.i]
    question = f"Where is {person}" + r.choice(["?", " now?"])
    return Riddle(facts, question, place, f"{person} is in the {place}.", places)


def liking(r: random.Random, w: World) -> Riddle:
    """Ann likes maps. True or false: Ann likes rings."""
    facts = [f"{person} likes {plural(thing)}." for person, thing in zip(w.people, w.things)]
    k = r.choice([w.i, w.j])
    person, own, asked = w.people[w.i], plural(w.things[w.i]), plural(w.things[k])
    why = f"{person} likes {own}."
    form = r.random()
    if form < 0.5:
        return Riddle(facts, f"Who likes {own}?", person, why, w.people)
    if form < 0.75:
        return Riddle(facts, f"Does {person} like {asked}?", "yes" if k == w.i else "no", why)
    return Riddle(facts, f"True or false: {person} likes {asked}.", "true" if k == w.i else "false", why)


FORMS = [owning, lying, ranking, ages, moving, liking]


def riddle(r: random.Random) -> Riddle:
    """A riddle of any form, its facts in random order unless the order matters."""
    form, n = FORMS[r.randint(0, 5)], r.randint(2, 4)
    persons, things = people(r, n), r.sample(THINGS, n)
    colours, places, spots = r.sample(COLOURS, n), r.sample(PLACES, n), r.sample(SPOTS, n)
    i = r.randrange(n)
    j = r.choice([x for x in range(n) if x != i])
    made = form(r, World(persons, things, colours, places, spots, i, j))
    if form is not moving:
        r.shuffle(made.facts)
    return made


def world(r: random.Random, held_out: bool = False) -> dict:
    """A closed-world question, sometimes as multiple choice."""
    while True:
        it = riddle(r)
        if held(tuple(it.facts), it.question) == held_out:
            break
    question, answer, why = it.question, it.answer, it.why
    if it.options and r.random() < 0.3 and len(set(it.options)) == len(it.options):
        shuffled = list(it.options)
        r.shuffle(shuffled)
        letter = "ABCDE"[shuffled.index(answer)]
        question += "\n" + "\n".join(f"{x}) {option}" for x, option in zip("ABCDE", shuffled))
        why += f" That is {letter}."
        answer = letter
    facts = r.choice([" ", " ", "\n"]).join(it.facts)
    facts_first = f"{facts} {question}"
    question_first = f"{question}\n{facts}"
    text = r.choice(
        [facts_first, facts_first, f"{facts}\n{question}", f"Facts: {facts}\nQuestion: {question}",
         question_first if "\n" not in question and r.random() < 0.5 else facts_first]
    )
    return {"kind": "world", "messages": [user(text), bot(f"{why}\nAnswer: {answer}")], "answer": answer}
