"""Tasks for the shell tool: how people ask, the command, what it prints, and the answer that follows."""
import random
from dataclasses import dataclass
from typing import NamedTuple

from skills.words import COLOURS, NAMES, THINGS, listing, plural, word

EXTENSIONS = ["txt", "md", "py", "json", "swift", "csv", "log", "toml", "yaml", "sh", "html", "c"]
FOLDERS = ["src", "docs", "tests", "lib", "bin", "data", "Sources", "/tmp", "/etc", "app"]
TESTERS = {"pytest": "python ", "swift test": "swift ", "npm test": "npm ", "make test": "make ",
           "cargo test": "cargo "}
BUILDERS = [("swift build", "swift "), ("make", "make "), ("npm run build", "npm "), ("cargo build", "cargo ")]


class ShellTask(NamedTuple):
    """One task; the command's description goes to tools that want one."""

    request: str
    command: str
    description: str
    result: str
    answer: str


@dataclass
class Scene:
    """What a task may speak of."""

    folder: str
    file: str
    word: str
    number: int
    entries: list[str]


def file_name(r: random.Random) -> str:
    """A file name with an extension."""
    stem = word(r)
    if r.random() < 0.2:
        stem += r.choice(["_", "-"]) + word(r)
    return stem + "." + r.choice(EXTENSIONS)


def folder_name(r: random.Random) -> str:
    """A folder, absolute or not, of one or two parts."""
    if r.random() < 0.4:
        return r.choice(FOLDERS)
    return ("/" if r.random() < 0.2 else "") + word(r) + ("/" + word(r) if r.random() < 0.35 else "")


def file_path(r: random.Random) -> str:
    """A file name, sometimes in a folder."""
    return (folder_name(r) + "/" if r.random() < 0.4 else "") + file_name(r)


def line_of_text(r: random.Random) -> str:
    """A line as it may stand in a file."""
    kinds = [
        lambda: " ".join(word(r) for _ in range(r.randint(1, 4))),
        lambda: f"Hello {word(r)}",
        lambda: f"{r.choice(NAMES)} likes {plural(r.choice(THINGS))}",
        lambda: f"{word(r)} = {r.randint(0, 999)}",
        lambda: f"# {word(r).title()} {word(r)}",
        lambda: f"The {word(r)} is {r.choice(COLOURS)}",
        lambda: f"print({r.randint(1, 99)})",
    ]
    return r.choice(kinds)()


def list_folder(r: random.Random, s: Scene) -> ShellTask:
    """ls FOLDER"""
    d = s.folder
    request = r.choice([f"List the files in {d}", f"What files are in {d}?",
                        f"Show me the contents of the {d} directory", f"ls {d}", f"list {d}",
                        f"Which files does {d} contain?"])
    answer = f"{d} contains {listing(s.entries)}."
    return ShellTask(request, f"ls {d}", f"List files in {d}", "\n".join(s.entries), answer)


def list_here(r: random.Random, s: Scene) -> ShellTask:
    """ls"""
    request = r.choice(["List the files here", "What files are in this directory?", "list files", "ls",
                        "Show the files in the current directory"])
    answer = f"The directory contains {listing(s.entries)}."
    return ShellTask(request, "ls", "List files", "\n".join(s.entries), answer)


def run_tests(r: random.Random, s: Scene) -> ShellTask:
    """The test command of one of five tools."""
    command = r.choice(list(TESTERS))
    language = TESTERS[command]
    if command == "pytest" and r.random() < 0.6:
        language = ""
    failed = r.choice([0, 0, r.randint(1, 9)])
    passed = f"{s.number} passed in {r.randint(0, 9)}.{r.randint(10, 99)}s"
    request = r.choice([f"Run the {language}tests", f"run {language}tests please", f"Do the {language}tests pass?",
                        f"Execute the {language}test suite"])
    result = f"{failed} failed, {passed}" if failed else passed
    answer = f"{failed} tests failed and {s.number} passed." if failed else f"All {s.number} tests passed."
    return ShellTask(request, command, f"Run {language}tests", result, answer)


def build(r: random.Random, s: Scene) -> ShellTask:
    """The build command of one of four tools."""
    command, language = r.choice(BUILDERS)
    if command == "make" and r.random() < 0.6:
        language = ""
    succeeds = r.random() < 0.6
    took = f"{r.randint(1, 90)}.{r.randint(1, 9)}s"
    request = r.choice([f"Build the {language}project", f"Run the {language}build",
                        f"Does the {language}project build?"])
    if succeeds:
        result, answer = f"Build complete ({took})", f"The build finished in {took}."
    else:
        result = f"{s.file}:{s.number}: error: {s.word} not found"
        answer = f"The build failed: {s.word} not found in {s.file} at line {s.number}."
    return ShellTask(request, command, f"Build the {language}project", result, answer)


def count_lines(r: random.Random, s: Scene) -> ShellTask:
    """wc -l FILE"""
    f = s.file
    request = r.choice([f"How many lines does {f} have?", f"Count the lines in {f}", f"count lines of {f}",
                        f"Number of lines in {f}?"])
    return ShellTask(request, f"wc -l {f}", f"Count lines in {f}", f"{s.number} {f}", f"{f} has {s.number} lines.")


def git_status(r: random.Random, s: Scene) -> ShellTask:
    """git status"""
    branch = r.choice(["main", "dev", s.word])
    files = r.sample([file_path(r) for _ in range(4)], r.randint(1, 2))
    clean = r.random() < 0.4
    request = r.choice(["What is the git status?", "git status", "Show the git status",
                        "Are there uncommitted changes?", "Is the working tree clean?"])
    if clean:
        result = f"On branch {branch}\nnothing to commit, working tree clean"
        answer = f"The working tree on branch {branch} is clean."
    else:
        changes = "\n".join("  modified: " + x for x in files)
        result = f"On branch {branch}\nChanges not staged for commit:\n{changes}"
        answer = f"On branch {branch}, {listing(files)} {'is' if len(files) == 1 else 'are'} modified."
    return ShellTask(request, "git status", "Show git status", result, answer)


def git_log(r: random.Random, s: Scene) -> ShellTask:
    """git log --oneline -N"""
    hashes = ["".join(r.choice("0123456789abcdef") for _ in range(7)) for _ in range(3)]
    titles = [
        r.choice(["Fix", "Add", "Remove", "Update"]) + " " + word(r) + r.choice(["", " " + word(r)]) for _ in hashes
    ]
    n = r.choice([3, 5, 10])
    request = r.choice([f"Show the last {n} commits", f"git log of the last {n} commits",
                        f"What are the latest {n} commits?"])
    result = "\n".join(f"{x} {title}" for x, title in zip(hashes, titles))
    answer = f"The latest commit is {hashes[0]}: {titles[0]}."
    return ShellTask(request, f"git log --oneline -{n}", f"Show the last {n} commits", result, answer)


def git_diff(r: random.Random, s: Scene) -> ShellTask:
    """git diff --stat"""
    request = r.choice(["Show the git diff", "git diff", "What changed since the last commit?", "Show me my changes"])
    result = f" {s.file} | {s.number} ++--\n 1 file changed"
    answer = f"{s.file} changed, with {s.number} lines."
    return ShellTask(request, "git diff --stat", "Show changed files", result, answer)


def search(r: random.Random, s: Scene) -> ShellTask:
    """grep -rn WORD FOLDER"""
    where = r.choice(["", " in " + s.folder])
    w = s.word
    request = r.choice([f"Search for {w}{where}", f"Find {w}{where}", f"grep for {w}{where}",
                        f"Where is {w} used{where}?"])
    command = f"grep -rn {w} {s.folder if where else '.'}"
    answer = f"{w} appears in {s.file} at line {s.number}."
    return ShellTask(request, command, f"Search for {w}", f"{s.file}:{s.number}: {w}", answer)


def make_folder(r: random.Random, s: Scene) -> ShellTask:
    """mkdir -p FOLDER"""
    d = s.folder
    request = r.choice([f"Create a directory called {d}", f"Make a folder {d}", f"mkdir {d}"])
    return ShellTask(request, f"mkdir -p {d}", f"Create directory {d}", "", f"I created the directory {d}.")


def delete(r: random.Random, s: Scene) -> ShellTask:
    """rm FILE"""
    request = r.choice([f"Delete {s.file}", f"Remove the file {s.file}", f"rm {s.file}"])
    return ShellTask(request, f"rm {s.file}", f"Delete {s.file}", "", f"I deleted {s.file}.")


def rename(r: random.Random, s: Scene) -> ShellTask:
    """mv FILE NEW"""
    new = file_name(r)
    request = r.choice([f"Rename {s.file} to {new}", f"Move {s.file} to {new}", f"mv {s.file} {new}"])
    return ShellTask(request, f"mv {s.file} {new}", f"Move {s.file} to {new}", "", f"I moved {s.file} to {new}.")


def copy(r: random.Random, s: Scene) -> ShellTask:
    """cp FILE NEW"""
    new = file_name(r)
    request = r.choice([f"Copy {s.file} to {new}", f"Make a copy of {s.file} called {new}", f"cp {s.file} {new}"])
    return ShellTask(request, f"cp {s.file} {new}", f"Copy {s.file} to {new}", "", f"I copied {s.file} to {new}.")


def where_am_i(r: random.Random, s: Scene) -> ShellTask:
    """pwd"""
    request = r.choice(["Which directory am I in?", "What is the current directory?", "pwd", "Where am I?"])
    here = f"/{s.word}/{s.folder.strip('/')}"
    return ShellTask(request, "pwd", "Show current directory", here, f"The current directory is {here}.")


def run_script(r: random.Random, s: Scene) -> ShellTask:
    """python SCRIPT"""
    script = word(r) + ".py"
    request = r.choice([f"Run {script}", f"Execute the script {script}", f"run the python script {script}"])
    printed = f"{s.word} {s.number}"
    return ShellTask(request, f"python {script}", f"Run {script}", printed, f"It printed: {printed}")


def echo(r: random.Random, s: Scene) -> ShellTask:
    """echo WORD"""
    w = s.word
    request = r.choice([f"Run the command echo {w}", f"Execute echo {w}", f"Use bash to run echo {w}",
                        f"run `echo {w}`"])
    return ShellTask(request, f"echo {w}", "Run the command", w, f"It printed: {w}")


TASKS = [
    list_folder, list_folder, list_folder, list_here, run_tests, build, count_lines, git_status, git_log, git_diff,
    search, make_folder, delete, rename, copy, where_am_i, run_script, echo,
]


def shell_task(r: random.Random) -> ShellTask:
    """Any of the tasks, on a scene of its own."""
    folder, file, some_word, number = folder_name(r), file_path(r), word(r), r.randint(2, 240)
    task = TASKS[r.randint(0, len(TASKS) - 1)]
    names = {r.choice([file_name, file_name, word])(r) for _ in range(8)}
    entries = r.sample(sorted(names), r.randint(1, 5))
    return task(r, Scene(folder, file, some_word, number, entries))
