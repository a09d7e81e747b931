"""Examines one Python program inside the box.

Reads one JSON object from standard input:
    nonce    marks the lines of this process among whatever else reaches standard output
    code     the program
    items    list of {kind: value | assertion | call, of} and {kind: output, input}; value and output also have expected
    seconds  for one item
    total    for all of them
and writes lines of the nonce, a space and JSON: {"valid": bool} first, then per item, in order,
{"passed": bool} or {"value": text or null}. Items for which there was no time get no line.

Three kinds of process: this one never runs the program and alone knows what is expected; a host runs the program once
and then waits; a fork of the host looks at one item, so that one that hangs or breaks takes no other with it.
"""

import ast
import json
import math
import os
import re
import select
import signal
import sys
import time
import types

SHOWN = 2000
CAPTURED = 1 << 16
ANSWER = 1 << 20


def lines_of(descriptor, limit):
    """A function that gives the next line by a deadline, or None when there is none or it is too long."""
    kept = b""

    def next_line(deadline):
        nonlocal kept
        while b"\n" not in kept:
            left = deadline - time.monotonic()
            if left <= 0 or len(kept) > limit or not select.select([descriptor], [], [], left)[0]:
                return None
            piece = os.read(descriptor, 1 << 16)
            if not piece:
                return None
            kept += piece
        line, kept = kept.split(b"\n", 1)
        return line

    return next_line


def send(descriptor, message):
    data = json.dumps(message).encode() + b"\n"
    while data:
        data = data[os.write(descriptor, data):]


# The host: everything below, up to the next heading, may share its process with the program.


def scratch():
    """A file without a name."""
    path = os.path.join(os.environ["HOME"], ".examine-%d" % os.getpid())
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)
    return descriptor


def shown(value, depth=0):
    """Text that is equal for equal values, whatever the order of a set or a dictionary and the place in memory."""
    if depth < 20:
        kind = type(value)
        if kind in (list, tuple):
            inner = ", ".join(shown(each, depth + 1) for each in value)
            return "[%s]" % inner if kind is list else "(%s%s)" % (inner, "," if len(value) == 1 else "")
        if kind in (set, frozenset):
            inner = ", ".join(sorted(shown(each, depth + 1) for each in value))
            return "%s({%s})" % (kind.__name__, inner)
        if isinstance(value, dict):
            pairs = ("%s: %s" % (shown(key, depth + 1), shown(each, depth + 1)) for key, each in value.items())
            return "{%s}" % ", ".join(sorted(pairs))
        if isinstance(value, types.GeneratorType) or kind in (map, filter, zip, enumerate, reversed):
            return shown([each for each, _ in zip(value, range(1000))], depth + 1)
    return re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))


def cut(text):
    if len(text) <= SHOWN:
        return text
    import zlib

    # What was cut off still tells two values apart.
    return "%s… %d %08x" % (text[: SHOWN - 40], len(text), zlib.crc32(text.encode("utf-8", "surrogatepass")))


def look(kind, text, code, module):
    """What one item shows."""
    if kind == "output":
        given = scratch()
        os.write(given, text.encode("utf-8", "surrogatepass"))
        os.lseek(given, 0, os.SEEK_SET)
        os.dup2(given, 0)
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        try:
            exec(code, module.__dict__)
        except SystemExit:
            pass
        return {}
    if kind == "assertion":
        exec(compile(text, "<assertion>", "exec", dont_inherit=True), module.__dict__)
        return {}
    try:
        expression = compile(text.strip(), "<expression>", "eval", dont_inherit=True)
    except SyntaxError:
        exec(compile(text, "<statement>", "exec", dont_inherit=True), module.__dict__)
        return {"repr": None}
    value = eval(expression, module.__dict__)
    if kind == "call":
        return {"value": cut("%s:%s" % (type(value).__name__, shown(value)))}
    return {"repr": None if value is None else repr(value)[:CAPTURED]}


def item(request, code, module, answers):
    """Looks at one item in a process of its own, and reports on it."""
    printed = scratch()
    os.dup2(printed, 1)
    found = {"raised": None}
    if "random" in sys.modules:
        # It seeds itself anew in every fork.
        sys.modules["random"].seed(0)
    try:
        found.update(look(request["kind"], request["text"], code, module))
        for stream in (sys.stdout, sys.__stdout__):
            stream.flush()
    except BaseException as error:
        found["raised"] = "%s: %s" % (type(error).__name__, error)
    os.lseek(printed, 0, os.SEEK_SET)
    found["printed"] = os.read(printed, CAPTURED).decode("utf-8", "replace")
    found["token"] = request["token"]
    send(answers, found)


def host(requests, answers):
    """Runs the program once, unless every item is to run it anew, and forks for each item."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    next_request = lines_of(requests, 1 << 30)
    forever = time.monotonic() + 3600
    start = json.loads(next_request(forever))
    if "random" in start["code"]:
        import random

        random.seed(0)
    code = compile(start["code"], "<program>", "exec", dont_inherit=True)
    module = types.ModuleType("program")
    if start["run"]:
        sys.modules["program"] = module
        try:
            exec(code, module.__dict__)
            sys.stdout.flush()
        except BaseException:
            os._exit(0)
    send(answers, {"token": start["token"]})
    fork, kill, wait, now, leave = os.fork, os.kill, os.waitpid, time.monotonic, os._exit
    while True:
        line = next_request(forever)
        if line is None:
            leave(0)
        request = json.loads(line)
        ours, theirs = os.pipe()
        child = fork()
        if child == 0:
            try:
                os.setpgid(0, 0)
                os.close(answers)
                os.close(requests)
                item(request, code, module, theirs)
            finally:
                leave(0)
        os.close(theirs)
        answer = lines_of(ours, ANSWER)(now() + request["seconds"])
        for group in (-child, child):
            try:
                kill(group, signal.SIGKILL)
            except OSError:
                pass
        wait(child, 0)
        os.close(ours)
        os.write(answers, (answer or json.dumps({"token": request["token"], "raised": "timeout"}).encode()) + b"\n")


# The examiner: the process that reads the job and judges.


class Host:
    """A host and the pipes to it; made before anything secret is read."""

    def __init__(self, others=()):
        requests, self.requests = os.pipe()
        self.answers, answers = os.pipe()
        if os.fork() == 0:
            try:
                for each in (self.requests, self.answers, *others):
                    os.close(each)
                host(requests, answers)
            finally:
                os._exit(0)
        os.close(requests)
        os.close(answers)
        self.next_answer = lines_of(self.answers, ANSWER)

    def ask(self, message, seconds):
        """The answer, or None when the host has none; whatever else it says is passed over."""
        token = os.urandom(16).hex()
        try:
            send(self.requests, dict(message, token=token))
        except OSError:
            return None
        deadline = time.monotonic() + seconds
        while True:
            line = self.next_answer(deadline)
            if line is None:
                return None
            try:
                answer = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(answer, dict) and answer.get("token") == token:
                return answer


def same(a, b):
    """Equal values of the same shape; numbers may differ by rounding."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or (isinstance(a, float) or isinstance(b, float)) and math.isclose(a, b, rel_tol=1e-9)
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return a == b


def shows(found, expected):
    """Whether an interactive session would have shown this."""
    expected = expected.strip()
    if expected.startswith("Traceback"):
        return found.get("raised") is not None and found["raised"].strip() == expected.splitlines()[-1].strip()
    if found.get("raised") is not None:
        return False
    printed, value = found.get("printed", "").strip(), found.get("repr")
    if value is None:
        return printed == expected or not printed and expected == "None"
    if expected in (value.strip(), printed, (printed + "\n" + value).strip()):
        return True
    try:
        return same(ast.literal_eval(value), ast.literal_eval(expected))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError, OverflowError):
        return False


def verdict(kind, found, expected):
    if kind == "call":
        value = found.get("value")
        return {"value": value if found.get("raised") is None and isinstance(value, str) else None}
    if kind == "value":
        return {"passed": shows(found, expected)}
    passed = "raised" in found and found["raised"] is None
    if kind == "output":
        wrote, wanted = ([line.rstrip() for line in text.rstrip().splitlines()]
                         for text in (found.get("printed", ""), expected))
        passed = passed and wrote == wanted
    return {"passed": passed}


def is_program(code):
    try:
        compile(code, "<program>", "exec", dont_inherit=True)
        return True
    except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError):
        return False


def hide():
    """Takes this process's memory and its standard output out of the hosts' reach."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass


def main():
    module = Host()
    script = Host((module.requests, module.answers))
    hide()
    job = json.loads(sys.stdin.buffer.read())
    end = time.monotonic() + job["total"]

    def say(message):
        sys.stdout.write("%s %s\n" % (job["nonce"], json.dumps(message)))
        sys.stdout.flush()

    valid = is_program(job["code"])
    say({"valid": valid})
    ready = {}
    for each in job["items"] if valid else []:
        kind = each["kind"]
        target = script if kind == "output" else module
        if target not in ready:
            seconds = min(job["seconds"], end - time.monotonic())
            ready[target] = target.ask({"code": job["code"], "run": target is module}, seconds)
        seconds = min(job["seconds"], end - time.monotonic())
        if seconds <= 0:
            break
        found = None
        if ready[target] is not None:
            text = each["input"] if kind == "output" else each["of"]
            found = target.ask({"kind": kind, "text": text, "seconds": seconds}, seconds + 0.3)
        say(verdict(kind, found or {"raised": "no answer"}, each.get("expected", "")))
    os._exit(0)


main()
