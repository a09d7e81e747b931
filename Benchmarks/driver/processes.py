"""Child processes: started here, measured here, and all of them stopped here, whatever happens."""
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from driver.failure import Failure

FIRST_PORT = 18200


class Server:
    """A running server on the loopback interface."""

    def __init__(self, name, process, port, log):
        self.name, self.process, self.port, self.log = name, process, port, log

    def wait(self, seconds=300):
        """Waits until it answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            time.sleep(0.1)
        tail = "".join(Path(self.log.name).read_text(errors="replace").splitlines(keepends=True)[-15:])
        raise Failure(f"{self.name} on port {self.port} did not start\n{tail}")

    @property
    def peak(self):
        """Most resident memory so far, in bytes; where the system does not keep it, what is resident now."""
        try:
            return self._proc("status", "VmHWM:")
        except OSError:
            shown = subprocess.run(["ps", "-o", "rss=", "-p", str(self.process.pid)], capture_output=True, check=True)
            return int(shown.stdout) * 1024

    @property
    def share(self):
        """Resident memory now, in bytes, where a page of k processes counts 1/k; None where the system cannot say."""
        try:
            return self._proc("smaps_rollup", "Pss:")
        except OSError:
            return None

    def _proc(self, file, field):
        text = Path(f"/proc/{self.process.pid}/{file}").read_text(encoding="ascii")
        return next(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith(field))


class Processes:
    """Everything that was started and still runs."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.running = []
        self.next_port = FIRST_PORT

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        self.stop(self.running)

    def stop(self, processes):
        """Ends processes: politely, then not."""
        processes = [x.process if isinstance(x, Server) else x for x in processes]
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running = [x for x in self.running if x not in processes]

    def output(self, command, environment=None):
        """Runs a program to its end: all that it printed, and its peak resident memory in bytes."""
        with tempfile.TemporaryFile(dir=self.scratch) as log:
            process = self._start(command, subprocess.PIPE, log, environment)
            printed = process.stdout.read().decode(errors="replace")
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.running.remove(process)
            process.stdout.close()
            log.seek(0)
            complaints = log.read().decode(errors="replace")
        if process.returncode != 0:
            tail = "\n".join(complaints.splitlines()[-15:])
            raise Failure(f"{' '.join(map(str, command))} ended with {process.returncode}\n{tail}")
        # getrusage(2): kilobytes on Linux, bytes on macOS.
        return printed + complaints, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)

    def result(self, command):
        """Runs a program that prints one JSON object: the object, and its peak resident memory in bytes."""
        printed, peak = self.output(command)
        return json.loads(next(line for line in printed.splitlines() if line.startswith("{"))), peak

    def server(self, name, command, port, environment):
        """Starts a server without waiting for it."""
        log = tempfile.NamedTemporaryFile(dir=self.scratch, prefix="server-", suffix=".log", delete=False)
        return Server(name, self._start(command, log, log, environment), port, log)

    def _start(self, command, stdout, stderr, environment=None):
        # A session of its own: Ctrl-C reaches this program alone, which then stops the others in order.
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
            start_new_session=True, env={**os.environ, **(environment or {})},
        )
        self.running.append(process)
        return process

    def free_port(self):
        """A port of the loopback interface that nobody listens on."""
        while True:
            port, self.next_port = self.next_port, self.next_port + 1
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue
