"""Tool calls: shell, files, web pages, and a few tools that exist only in this training text."""
import random
from typing import NamedTuple

from skills.shell import file_name, file_path, line_of_text, shell_task
from skills.words import NAMES, bot, held, syllables, user, word

# Phrases without any name or number: they cannot be held out.
FIXED = {
    "ls", "pwd", "git status", "git diff --stat", "pytest", "swift test", "npm test", "make test", "cargo test",
    "swift build", "make", "npm run build", "cargo build",
}
CITIES = ["Paris", "Oslo", "Rome", "Lima", "Tokyo", "Berlin", "London"]


class Extra(NamedTuple):
    """A tool beside the usual four: its parameters as "name:type", and requests that mention all of them."""

    name: str
    description: str
    parameters: list[str]
    requests: list[str]


EXTRAS = [
    Extra("get_weather", "Get the weather of a city", ["city:string"],
          ["What is the weather in {city}?", "How warm is it in {city}?", "weather for {city} please"]),
    Extra("search", "Search the web", ["query:string"],
          ["Search for {query}", "Look up {query}", "Find information about {query}"]),
    Extra("add", "Add two numbers", ["a:integer", "b:integer"],
          ["Use the tool to add {a} and {b}", "Add {a} to {b} with the tool"]),
    Extra("get_time", "Get the local time of a city", ["city:string"],
          ["What time is it in {city}?", "Tell me the time in {city}"]),
    Extra("send_email", "Send an email", ["to:string", "subject:string"],
          ["Send an email to {to} with the subject {subject}", "Email {to} about {subject}"]),
    Extra("set_timer", "Set a timer", ["minutes:integer"],
          ["Set a timer for {minutes} minutes", "Start a {minutes} minute timer"]),
    Extra("play_music", "Play a song", ["title:string"], ["Play {title}", "Put on the song {title}"]),
    Extra("turn_on", "Switch a device on", ["device:string"], ["Turn on the {device}", "Switch the {device} on"]),
    Extra("remember", "Store a note", ["text:string"], ["Remember that {text}", "Make a note: {text}"]),
    Extra("lookup_user", "Find a user by id", ["id:integer"], ["Look up user {id}", "Who is user {id}?"]),
]


class Use(NamedTuple):
    """One use of a tool: the request, the call, what the tool returns and the answer that follows."""

    request: str
    name: str
    arguments: dict
    result: str
    answer: str
    tools: list[dict]


def tool(name: str, description: str, parameters: list[str], optional: tuple[str, ...] = ()) -> dict:
    """A tool in the OpenAI shape, from parameters as "name:type"."""
    properties = {}
    for parameter in parameters:
        key, kind = parameter.split(":")
        properties[key] = {"type": kind}
    required = [key for key in properties if key not in optional]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


def extra_tools(extras: list[Extra]) -> list[dict]:
    """The extra tools in the OpenAI shape."""
    return [tool(x.name, x.description, x.parameters) for x in extras]


def standard_tools(r: random.Random) -> tuple[list[dict], bool]:
    """The four tools of a coding agent in varied wording, and whether the shell wants a description."""
    described = r.random() < 0.75
    extended = r.random() < 0.3
    timeout = ["timeout:number"] if extended else []
    shell = tool(
        "bash",
        r.choice(["Run a shell command", "Execute a bash command",
                  "Executes a given bash command in a persistent shell session", syllables(r) + " shell"]),
        ["command:string"] + timeout + (["description:string"] if described else []),
        ("timeout",),
    )
    read = tool(
        "read",
        r.choice(["Read a file", "Reads a file from the local filesystem", "Read file " + syllables(r)]),
        ["filePath:string"] + (["offset:number", "limit:number"] if extended else []),
        ("offset", "limit"),
    )
    write = tool(
        "write",
        r.choice(["Write a file", "Writes a file to the local filesystem", "Create or replace a file"]),
        ["filePath:string", "content:string"] if r.random() < 0.6 else ["content:string", "filePath:string"],
    )
    fetch = tool(
        "webfetch",
        r.choice(["Fetch a web page", "Fetches content from a specified URL", "Get a URL"]),
        ["url:string", "format:string"] + timeout,
        ("timeout",),
    )
    return [shell, read, write, fetch], described


def use_shell(r: random.Random, tools: list[dict], described: bool) -> Use:
    """A shell command, which sometimes fails."""
    task = shell_task(r)
    arguments = {"command": task.command}
    if described:
        arguments["description"] = task.description
    result, answer = task.result, task.answer
    if answer.startswith("I ") and r.random() < 0.15 or r.random() < 0.05:
        error = r.choice(["No such file or directory", "Permission denied", "command not found"])
        result, answer = f"{task.command.split()[0]}: {error}", f"The command failed: {error}."
    return Use(task.request, "bash", arguments, result, answer, tools)


def use_read(r: random.Random, tools: list[dict]) -> Use:
    """Reading a file, which may not be there."""
    f = file_path(r)
    lines = [line_of_text(r) for _ in range(r.randint(1, 4))]
    request = r.choice([f"Read {f}", f"Read the file {f}", f"Show me {f}", f"What is in {f}?", f"Open {f}",
                        f"What does {f} say?", f"What is the first line of {f}?", f"cat {f}",
                        f"Print the contents of {f}"])
    result = "\n".join(lines)
    answer = f"The first line of {f} is: {lines[0]}" if len(lines) > 1 else f"{f} says: {lines[0]}"
    if r.random() < 0.1:
        result, answer = f"Error: File not found: {f}", f"I could not find {f}."
    return Use(request, "read", {"filePath": f}, result, answer, tools)


def use_write(r: random.Random, tools: list[dict]) -> Use:
    """Writing a file, with the arguments in the order in which the tool declares them."""
    f, text = file_path(r), line_of_text(r)
    declared = tools[2]["function"]["parameters"]["properties"]
    arguments = {key: f if key == "filePath" else text for key in declared}
    request = r.choice([f"Create a file {f} containing {text}", f"Write '{text}' to {f}", f'Write "{text}" into {f}',
                        f"Create {f} with the text: {text}", f"Save the text {text} in {f}",
                        f"Make a file called {f} with the content {text}", f"Put {text} into {f}"])
    result = r.choice([f"Wrote {len(text)} bytes to {f}", "Wrote file successfully.", "ok", f"File created: {f}"])
    answer = r.choice([f"I wrote {f}.", f"Done: I created {f}."])
    return Use(request, "write", arguments, result, answer, tools)


def use_fetch(r: random.Random, tools: list[dict]) -> Use:
    """Fetching a web page, which may fail."""
    url = r.choice(["https://", "https://", "http://", "https://www."]) + word(r)
    url += r.choice([".com", ".org", ".io", ".net", ".example"])
    url += ("/" + word(r)) * r.randint(0, 1)
    url += r.choice(["", "", "/" + file_name(r), "/"])
    title = word(r).title() + " " + word(r)
    wish = r.choice(["", "", " as text", " as html", " as markdown"])
    request = r.choice([f"Fetch {url}{wish}", f"Get the page {url}{wish}", f"Download {url}{wish}",
                        f"What is on {url}?", f"Open the web page {url}{wish}", f"Summarise {url}"])
    kind = wish.removeprefix(" as ") if wish and request.endswith(wish) else "markdown"
    result, answer = f"# {title}\n\n{line_of_text(r)}", f'The page is titled "{title}".'
    if r.random() < 0.1:
        status = r.choice(["404", "403", "500"])
        result, answer = f"Error: status {status}", f"The page could not be fetched: status {status}."
    return Use(request, "webfetch", {"url": url, "format": kind}, result, answer, tools)


def argument(r: random.Random, key: str, kind: str) -> int | str:
    """A value for a parameter of an extra tool."""
    if kind == "integer":
        return r.randint(1, 99)
    city = syllables(r, 2).title() if r.random() < 0.6 else r.choice(CITIES)
    address = f"{r.choice(NAMES).lower()}@{word(r)}.com"
    phrase = " ".join(word(r) for _ in range(r.randint(1, 3)))
    return {"city": city, "to": address}.get(key, phrase)


def use_extra(r: random.Random, tools: list[dict]) -> Use:
    """One of the extra tools, offered among others."""
    extra = r.choice(EXTRAS)
    arguments = {}
    for parameter in extra.parameters:
        key, kind = parameter.split(":")
        arguments[key] = argument(r, key, kind)
    request = r.choice(extra.requests).format(**arguments)
    others = r.sample([x for x in EXTRAS if x.name != extra.name], r.randint(0, 4))
    offered = extra_tools([extra]) + extra_tools(others)
    if r.random() < 0.5:
        offered += r.sample(tools, r.randint(0, 4))
    result = r.choice([f"{word(r)} {r.randint(1, 99)}", f'{{"result": "{word(r)}"}}', "ok", str(r.randint(1, 999))])
    answer = f"The result is {result}." if "{" not in result else f"The result is {result[12:-2]}."
    if result == "ok":
        answer = "Done."
    return Use(request, extra.name, arguments, result, answer, offered)


def any_use(r: random.Random) -> tuple[Use, bool]:
    """Any use of a tool, and whether it is one of the extra tools."""
    tools, described = standard_tools(r)
    kind = r.random()
    if kind < 0.46:
        return use_shell(r, tools, described), False
    if kind < 0.6:
        return use_read(r, tools), False
    if kind < 0.74:
        return use_write(r, tools), False
    if kind < 0.84:
        return use_fetch(r, tools), False
    return use_extra(r, tools), True


def tool_call(r: random.Random, held_out: bool | str = False) -> dict:
    """A request and the call that serves it, sometimes with the result and the final answer.

    `held_out` may be "answer": a held-out example that does go on to the answer.
    """
    while True:
        use, is_extra = any_use(r)
        command = use.arguments["command"] if use.name == "bash" else ""
        fixed = use.name == "bash" and (command in FIXED or command.startswith("git log"))
        if fixed:
            if r.random() < (1 / 12 if held_out else 1):
                break
        elif held(use.request) == bool(held_out):
            break
    tools, request = use.tools, use.request
    if r.random() < 0.5:
        tools = r.sample(tools, len(tools))
    if not is_extra and r.random() < 0.25:
        tools = [t for t in tools if t["function"]["name"] == use.name or r.random() < 0.5]
        tools += extra_tools(r.sample(EXTRAS, r.randint(0, 2)))
    if "?" not in request and r.random() < 0.4 and use.name != "write":
        wordings = ["{}", "{}", "{}", "{}.", "Please {}", "Can you {}?", "{}, please"]
        request = r.choice(wordings).format(request)
    call = {"type": "function", "function": {"name": use.name, "arguments": use.arguments}}
    messages = [user(request), {"role": "assistant", "content": "", "tool_calls": [call]}]
    if not held_out and r.random() < 0.6 or held_out == "answer":
        messages += [{"role": "tool", "content": use.result}, bot(use.answer)]
    answer = {"name": use.name, "arguments": use.arguments}
    return {"kind": "tool", "messages": messages, "tools": tools, "seen": fixed, "answer": answer}
