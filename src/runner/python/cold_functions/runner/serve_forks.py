"""A template: a process that has imported a model, runs no task, and forks a child for each. Linux."""

from __future__ import annotations

import ctypes
import gc
import os
import random
import select
import signal
import socket
import sys

from .. import process_tree
from ..child_end import CHILD_END
from ..ended_children import ended_children
from .fork_safety import open_descriptors, readable_files
from .own_memory import OwnMemory
from .own_positions import files_behind, take_own_positions

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Set, Tuple

_DESCRIPTORS = 4
# Before a model is imported, which may replace or seed them.
_fork, _recv_fds, _poll, _pack = os.fork, socket.recv_fds, select.poll, CHILD_END.pack
_random_before, _random_state, _set_random_state = random.getstate(), random.getstate, random.setstate
_libc = ctypes.CDLL(None)


def serve_forks(channel: int, own_descriptors: Set[int]) -> None:
    """Forks whenever the supervisor asks for it, and tells it how each child ended. Returns in each child only.

    What a child leaves goes to the supervisor: a template keeps no orphans. Files that are open for reading each child gets
    with a position of its own, shared memory and files without a name as copies of its own.
    """
    requests = socket.socket(fileno=channel)
    template = os.getpid()
    # What is still in a buffer would be written again by every child.
    flush_output()
    # Objects of the import are not searched for cycles any more: that would copy the pages on which they are.
    gc.freeze()
    # Not before: with an object that is collected its file is closed.
    files = files_behind(readable_files(own_descriptors))
    memory = OwnMemory(open_descriptors(own_descriptors))
    process_tree.leave_orphans()
    random_state = _random_state()
    signals, wake = os.pipe()
    for descriptor in (signals, wake):
        os.set_blocking(descriptor, False)
    handler = signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    mask = signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    poll = _poll()
    poll.register(requests, select.POLLIN)
    poll.register(signals, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poll.poll()}
        if signals in ready:
            os.read(signals, 4096)
            _tell_ends(requests)
        if requests.fileno() not in ready:
            continue
        asked, descriptors, _, _ = _recv_fds(requests, 1, _DESCRIPTORS)
        if not asked:
            os._exit(0)  # the supervisor is gone
        if _forked() == 0:
            signal.set_wakeup_fd(-1)
            # None: what handled it was not of Python.
            signal.signal(signal.SIGCHLD, signal.SIG_DFL if handler is None else handler)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            for descriptor in (signals, wake):
                os.close(descriptor)
            requests.close()
            # Python seeds this generator anew in each child. What the import has seeded it with counts, as in a process
            # that is started anew.
            if random_state != _random_before:
                _set_random_state(random_state)
            return _be_child(descriptors, template, files, memory)
        for descriptor in descriptors:
            os.close(descriptor)


def flush_output() -> None:
    """Python's and C's own buffers. A simulation may have closed or replaced them."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass
    _libc.fflush(None)


def _forked() -> int:
    """The ends of the child's descriptors tell the supervisor that there is none."""
    try:
        return _fork()
    except OSError as error:
        print(f"Cannot fork: {error}", file=sys.stderr, flush=True)
        return -1


def _be_child(descriptors: List[int], template: int, files: Dict[int, Tuple[int, int]], memory: OwnMemory) -> None:
    try:
        os.setsid()
        process_tree.adopt_orphans()
        process_tree.die_with_parent(template, signal.SIGKILL)
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
        for descriptor in descriptors:
            os.close(descriptor)
        take_own_positions(files)
        memory.take()
    except BaseException as error:  # nothing may return into the template's code from here
        print(f"Cannot begin a forked process: {error!r}", file=sys.stderr, flush=True)
        os._exit(127)


def _tell_ends(requests: socket.socket) -> None:
    for pid, status, usage in ended_children():
        requests.send(_pack(pid, status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024))
