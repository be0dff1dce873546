"""Starts one runner: fork, a session of its own, ties to the supervisor, private descriptors, exec."""

from __future__ import annotations

import os
import signal
from typing import Any, Dict, List, NamedTuple

CONTROL_DESCRIPTOR = 3


class Started(NamedTuple):
    """The supervisor's ends; none of them blocks."""

    pid: int
    stdin: int
    stdout: int
    stderr: int
    control: int


def start_process(argv: List[str], env: Dict[str, str], cwd: str, tree: Any) -> Started:
    """Raises OSError, naming what failed, when the program cannot be executed."""
    parent = os.getpid()
    stdin_read, stdin = os.pipe()
    stdout, stdout_write = os.pipe()
    stderr, stderr_write = os.pipe()
    control, control_write = os.pipe()
    failure, failure_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            tree.die_with_parent(parent, signal.SIGKILL)
            tree.adopt_orphans()
            tree.be_first_when_memory_runs_out()
            # Ignored signals and masks survive exec; Python ignores these two.
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.dup2(stdin_read, 0)
            os.dup2(stdout_write, 1)
            os.dup2(stderr_write, 2)
            os.dup2(control_write, CONTROL_DESCRIPTOR)
            os.chdir(cwd)
            os.execve(argv[0], argv, env)
        except BaseException as error:  # nothing may return into the supervisor's code from here
            os.write(failure_write, f"{type(error).__name__}: {error}".encode("utf-8", "backslashreplace"))
        finally:
            os._exit(127)
    for descriptor in (stdin_read, stdout_write, stderr_write, control_write, failure_write):
        os.close(descriptor)
    # Ends with exec, which closes the other end: a millisecond.
    message = _read_all(failure)
    if message:
        for descriptor in (stdin, stdout, stderr, control):
            os.close(descriptor)
        os.waitpid(pid, 0)
        raise OSError(message.decode("utf-8", "replace"))
    for descriptor in (stdin, stdout, stderr, control):
        os.set_blocking(descriptor, False)
    return Started(pid, stdin, stdout, stderr, control)


def _read_all(descriptor: int) -> bytes:
    content = b""
    try:
        while True:
            part = os.read(descriptor, 4096)
            if not part:
                return content
            content += part
    finally:
        os.close(descriptor)
