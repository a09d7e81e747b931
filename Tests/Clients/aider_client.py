"""aider against a running server, in a scratch repository.

The bundled model cannot follow aider's instructions, but it can write a tiny function, and aider takes a fenced block
for the one file of its chat. With a context too small for aider's examples the server leaves them out, and the edit
comes about.
"""

import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from checking import Checks, Server, arguments, same, true

BEFORE = "def smallest(numbers):\n    pass\n"
REQUEST = '''Finish this code:
def smallest(numbers):
    """Return the smallest number in numbers.

    >>> smallest([13, 9, 0, -2, -5])
    -5
    """'''
SETTINGS = """
- name: openai/bumble
  edit_format: whole
  use_repo_map: false
  reminder: none
"""
LIMITS = {
    "openai/bumble": {
        "max_input_tokens": 2048,
        "max_output_tokens": 512,
        "max_tokens": 2048,
        "input_cost_per_token": 0,
        "output_cost_per_token": 0,
        "litellm_provider": "openai",
        "mode": "chat",
    }
}
# What aider prints when a request fails, whatever it then does.
FAILURES = ("Traceback", "litellm.", "APIError", "APIConnectionError", "BadRequestError", "Retrying in")

version = importlib.metadata.version("aider-chat")
checks = Checks(f"aider {version}")
small = Checks(f"aider {version}, small context")


class Run:
    """One run of aider, with what it printed and the file afterwards."""

    def __init__(self, server, message, *options):
        with tempfile.TemporaryDirectory(prefix="check-clients-aider-") as folder:
            home, work = Path(folder, "home"), Path(folder, "work")
            home.mkdir()
            work.mkdir()
            file = work / "numbers.py"
            file.write_text(BEFORE)
            Path(folder, "settings.yml").write_text(SETTINGS)
            Path(folder, "limits.json").write_text(json.dumps(LIMITS))
            for command in (
                ["init", "--quiet"],
                ["add", "."],
                ["-c", "user.name=Checks", "-c", "user.email=checks@localhost", "commit", "--quiet", "-m", "Begin"],
            ):
                subprocess.run(["git", *command], cwd=work, env=os.environ | {"HOME": str(home)}, check=True)
            ended = subprocess.run(
                [
                    str(Path(sys.executable).parent / "aider"),
                    "--model",
                    "openai/bumble",
                    "--message",
                    message,
                    "--model-settings-file",
                    f"{folder}/settings.yml",
                    "--model-metadata-file",
                    f"{folder}/limits.json",
                    "--edit-format",
                    "whole",
                    "--map-tokens",
                    "0",
                    "--yes-always",
                    "--no-auto-commits",
                    "--no-auto-lint",
                    "--no-check-update",
                    "--analytics-disable",
                    "--no-show-release-notes",
                    "--no-show-model-warnings",
                    "--no-detect-urls",
                    "--no-suggest-shell-commands",
                    "--no-gitignore",
                    "--no-pretty",
                    *options,
                    "numbers.py",
                ],
                cwd=work,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=300,
                env=os.environ
                | {
                    "HOME": str(home),
                    "OPENAI_API_BASE": server.base,
                    "OPENAI_API_KEY": "none",
                    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
                },
            )
            self.status, self.output, self.file = ended.returncode, ended.stdout, file.read_text()

    def is_answered(self):
        same(self.status, 0, f"exit status; it printed {self.output[-1500:]}")
        for failure in FAILURES:
            true(failure not in self.output, f"no {failure!r} in what it printed", self.output[-1500:])
        true(" sent, " in self.output, "the count of tokens that follows an answer", self.output[-1500:])

    def remark(self):
        if self.file == BEFORE:
            return "the file was not changed"
        return f"the file was changed to {self.file!r}" if self.file else "the file was changed: it is empty now"


@checks.check("an answer, streamed")
def _(server):
    run = Run(server, REQUEST)
    run.is_answered()
    return run.remark()


@checks.check("an answer, whole")
def _(server):
    run = Run(server, REQUEST, "--no-stream")
    run.is_answered()
    return run.remark()


@checks.check("a request that is too long")
def _(server):
    run = Run(server, "word " * 4000)
    same(run.status, 0, "exit status")
    true("Traceback" not in run.output, "no traceback", run.output[-1500:])
    true("token limit" in run.output, "aider's own words about the limit", run.output[-1500:])
    same(run.file, BEFORE, "the file")


@small.check("an edit of a file")
def _(server):
    run = Run(server, REQUEST)
    run.is_answered()
    true("Applied edit to numbers.py" in run.output, "an applied edit", run.output[-1500:])
    true(run.file != BEFORE and "def " in run.file and "return" in run.file, "a function in the file", run.file)
    return run.remark()


def main():
    options = arguments(__doc__)
    if checks.wanted(options.only):
        with Server(options.swarm, options.bumble, "bumble") as server:
            checks.run(server, server, only=options.only)
    if small.wanted(options.only):
        with Server(options.swarm, options.bumble, "bumble", "--context", "780") as server:
            small.run(server, server, only=options.only)
    raise SystemExit(checks.failed + small.failed > 0)


if __name__ == "__main__":
    main()
