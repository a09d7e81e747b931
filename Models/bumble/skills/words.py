"""Names, things and words that every skill draws from, and the rule that holds problems out of training."""
import random
import zlib

NAMES = """
    Ann Bob Cid Dana Eve Finn Gus Hana Ian Joy Kim Leo Mia Ned Ola Pam Quin Ron Sue Tom Uma Vic Wes Yara Zoe Anna
    Ben Clara Dan Emma Frank Grace Hugo Ivy Jack Lena Max Nora Oscar Paula Rosa Sam Tina Victor Walter Maria Omar
    Priya Chen Aiko
""".split()

THINGS = """
    apple ball book box button cap card coin cookie cup egg flower fork hat key lamp lemon map marble mug nut orange
    pear pen pencil plate plum ring rock rope shell shirt sock spoon stamp sticker stone sweet ticket toy
""".split()

COLOURS = """
    red blue green yellow black white brown pink purple orange grey
""".split()

PLACES = """
    kitchen garden garage attic cellar office hall bedroom library park school shop barn harbour station market
""".split()

WORDS = """
    alpha amber apple arrow bacon beach bird bloom brick bridge bright candy castle cloud coral crisp dawn delta
    ember falcon field flame forest frost garden ghost glass grain hello honey island jelly kite lemon light maple
    metal mint moon night ocean olive onion paper pearl pilot plain quick quiet rain river robin rocket rose salt
    sand scout shadow silver sky smoke snow solar spark spring star stone storm summer sunny tiger torch train tulip
    velvet violet water wind winter world yellow zebra
""".split()

COMMON = """
    notes readme README main index config test hello world example package TODO Makefile app server client utils
    setup todo report results list data user users model models view views api auth login file files test_main demo
    sample input output log logs error debug build version release changelog license schema query cache token
    session image photo video music letter story book recipe plan draft page site blog news help info about contact
    home style script hello_world my_file foo bar baz temp tmp backup old new final project task tasks work week day
    month year summary budget invoice order orders github google python wikipedia openai
""".split()


def held(*key) -> bool:
    """Whether a problem belongs to the evaluation sets: one in twelve, by a hash of what matters in it."""
    return zlib.crc32(repr(key).encode()) % 12 == 0


def user(text: str) -> dict:
    """A message from the user."""
    return {"role": "user", "content": text}


def bot(text: str) -> dict:
    """A message from the assistant."""
    return {"role": "assistant", "content": text}


def plural(noun: str) -> str:
    """The plural of an English noun from the table of things."""
    if noun.endswith(("x", "ch", "sh", "s")):
        return noun + "es"
    if noun.endswith("y") and noun not in ("toy", "key"):
        return noun[:-1] + "ies"
    return noun + "s"


def article(noun: str) -> str:
    """The noun with "a" or "an" before it."""
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def listing(items: list[str]) -> str:
    """The items as an English list: "a, b and c"."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def syllables(r: random.Random, count: int | None = None) -> str:
    """A made-up word of the given number of syllables, or of one to three."""
    return "".join(
        r.choice("bcdfghjklmnprstvwz") + r.choice("aeiou") + r.choice(["", "", "n", "r", "s", "l", "x"])
        for _ in range(count or r.randint(1, 3))
    )


def letters(r: random.Random) -> str:
    """Two to eight letters without any pattern, common letters first."""
    return "".join(
        r.choice("etaoinshrdlucmfwypvbgkjqxz"[: r.choice([14, 20, 26])]) for _ in range(r.randint(2, 8))
    )


def word(r: random.Random) -> str:
    """A word: known, made up, typical of file names, or random letters."""
    kind = r.random()
    if kind < 0.35:
        return r.choice(WORDS)
    if kind < 0.55:
        return syllables(r)
    if kind < 0.82:
        return r.choice(COMMON)
    return letters(r)


def people(r: random.Random, count: int) -> list[str]:
    """Names of people, some of them made up."""
    return [
        (name if r.random() < 0.85 else r.choice([syllables(r), letters(r)])).title()
        for name in r.sample(NAMES, count)
    ]
