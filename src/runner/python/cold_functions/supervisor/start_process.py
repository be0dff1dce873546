"""Starts one runner: fork, a session of its own, ties to the supervisor, private descriptors, exec."""

from __future__ import annotations

import errno
import os
import signal
import socket
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence

from ..process_identity import identity_of

CONTROL_DESCRIPTOR = 3
FORKS_DESCRIPTOR = 4
_PIPES = 5
_FINAL, _PASSING = b"!", b"?"
# The program is absent, no program, or cannot be given these arguments. Anything else (no memory, too many processes
# or open files) may be different a moment later.
_FINAL_ERRORS = frozenset(
    (
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EACCES,
        errno.EPERM,
        errno.ENOEXEC,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.E2BIG,
    )
)


class CannotExecute(Exception):
    """The program cannot be executed, and trying again would not help."""


class Started(NamedTuple):
    """Who it is, and the supervisor's ends, of which none blocks."""

    pid: int
    identity: Dict[str, Any]
    stdin: int
    stdout: int
    stderr: int
    control: int
    # Of a template: where it is asked to fork, and tells how its children ended.
    forks: Optional[socket.socket] = None
    # Of a forked process: its parent, and a descriptor of itself that becomes readable when it ends.
    template_pid: Optional[int] = None
    end: Optional[int] = None
    # Which numbers it, and what it starts, anew.
    pids: Optional[Any] = None


class Program(NamedTuple):
    """What is executed, and how."""

    argv: List[str]
    env: Dict[str, str]
    cwd: str
    # Without address randomisation.
    fixed_addresses: bool = False
    # What it finds where others find something else, as own_view has it.
    view: Sequence[Dict[str, Any]] = ()
    # What makes it another user's.
    become: Optional[Callable[[], None]] = None
    # A PidNamespace, in which it is to be.
    pids: Optional[Any] = None


def start_process(program: Program, tree: Any, forks: bool = False) -> Started:
    """Raises CannotExecute, or OSError when this machine cannot start a process now. Then nothing of it is left.

    `forks`: it gets one more descriptor, over which it can be asked to fork.
    """
    if not forks:
        return _start(program, tree, None)
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    try:
        return _start(program, tree, its)._replace(forks=ours)
    except BaseException:
        ours.close()
        raise
    finally:
        its.close()


def _start(program: Program, tree: Any, forks: Optional[socket.socket]) -> Started:
    parent = os.getpid()
    pipes: List[int] = []
    try:
        for _ in range(_PIPES):
            pipes += os.pipe()
        pid = program.pids.fork() if program.pids else os.fork()
    except OSError:
        _close(pipes)
        raise
    stdin_read, stdin, stdout, stdout_write, stderr, stderr_write, control, control_write, failure, failure_write = pipes
    if pid == 0:
        executing = False
        try:
            os.setsid()
            if program.view:
                tree.see(program.view)
            tree.be_first_when_memory_runs_out()
            # Before it is another user's, to whom the folder is not given until everything is in it.
            os.chdir(program.cwd)
            if program.become:
                program.become()
            # Not before: the kernel forgets it with a user namespace, and with another user.
            tree.die_with_parent(parent, signal.SIGKILL)
            tree.adopt_orphans()
            # Ignored signals and masks survive exec; Python ignores these two.
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.dup2(stdin_read, 0)
            os.dup2(stdout_write, 1)
            os.dup2(stderr_write, 2)
            os.dup2(control_write, CONTROL_DESCRIPTOR)
            if forks:
                os.dup2(forks.fileno(), FORKS_DESCRIPTOR)
            if program.fixed_addresses:
                _fix_addresses(tree)
            executing = True
            os.execve(program.argv[0], program.argv, program.env)
        except BaseException as error:  # nothing may return into the supervisor's code from here
            final = isinstance(error, CannotExecute) or (executing and _is_final(error))
            name = "" if isinstance(error, CannotExecute) else f"{type(error).__name__}: "
            said = f"{name}{error}".encode("utf-8", "backslashreplace")
            os.write(failure_write, (_FINAL if final else _PASSING) + said)
        finally:
            os._exit(127)
    ours = (stdin, stdout, stderr, control)
    _close(set(pipes) - {*ours, failure})
    try:
        # Ends with exec, which closes the other end: a millisecond.
        said = _read_all(failure)
        if said:
            text = said[1:].decode("utf-8", "replace")
            raise CannotExecute(text) if said[:1] == _FINAL else OSError(text)
        identity = identity_in(program.pids, pid, tree)
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        _close(ours)
        raise
    for descriptor in ours:
        os.set_blocking(descriptor, False)
    return Started(pid, identity, *ours, pids=program.pids)


def identity_in(pids: Optional[Any], pid: int, tree: Any) -> Dict[str, Any]:
    """As seen from outside. Raises as `identity_of`."""
    seen = identity_of(pid)
    return {**seen, "inside": {"pid": tree.number_inside(pid), "pid_namespace": pids.inode}} if pids else seen


def _fix_addresses(tree: Any) -> None:
    try:
        tree.fix_addresses()
    except OSError as error:
        raise CannotExecute(
            f"addresses cannot be fixed, as MODELOPS_FIXED_ADDRESSES asks: {error.strerror}. A container may forbid it, as Docker "
            "does without its own seccomp profile that allows personality(ADDR_NO_RANDOMIZE): allow it, or unset the setting"
        ) from error


def _is_final(error: BaseException) -> bool:
    # ValueError: an argument or a variable that no program can be given.
    return isinstance(error, ValueError) or (isinstance(error, OSError) and error.errno in _FINAL_ERRORS)


def _close(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


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
