"""A namespace of process numbers: who is in it can name nobody outside. Linux."""

from __future__ import annotations

import errno
import itertools
import os
import signal

from .. import process_tree
from ..ended_children import ended_children
from ..kernel import check, fork_numbered, libc
from ..own_view import HIDE_PROCESSES, see

_CLONE_NEWPID = 0x20000000


class PidNamespace:
    """Raises OSError where that is forbidden.

    Its first process, `init`, is the supervisor's: orphans become its children, and with it the kernel ends all others. `inode` tells the namespace
    from others. `numbers` are what is known by, inside: the first half by what is forked into it, which has the same number outside, as people print,
    compare and find it in the attestation; from the second half on what is started inside.
    """

    def __init__(self, numbers: range) -> None:
        supervisor = os.getpid()
        self.init = 0
        half = len(numbers) // 2
        self._numbers = itertools.cycle(numbers[:half])
        self._tries = half
        self._home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        reading, writing = os.pipe()
        try:
            check(libc.unshare(_CLONE_NEWPID))
            try:
                self.init = os.fork()
                if self.init == 0:
                    _be_first(supervisor, numbers[half], writing)
                self._place = os.open("/proc/self/ns/pid_for_children", os.O_RDONLY | os.O_CLOEXEC)
            finally:
                check(libc.setns(self._home, _CLONE_NEWPID))
        except BaseException:
            os.close(reading)
            os.close(self._home)
            if self.init:
                os.kill(self.init, signal.SIGKILL)
                os.waitpid(self.init, 0)
            raise
        finally:
            os.close(writing)
        with os.fdopen(reading) as said:
            failure = said.read()
        if failure:
            os.waitpid(self.init, 0)
            self.close()
            raise OSError(int(failure), os.strerror(int(failure)))
        self.inode = str(os.fstat(self._place).st_ino)

    def fork(self) -> int:
        """As `os.fork`: the child, of whoever calls, is in this namespace."""
        check(libc.setns(self._place, _CLONE_NEWPID))
        pid = -1
        try:
            pid = self._forked()
            return pid
        finally:
            if pid:
                check(libc.setns(self._home, _CLONE_NEWPID))

    def _forked(self) -> int:
        for number in itertools.islice(self._numbers, self._tries):
            try:
                return fork_numbered(number, 2)
            except FileExistsError:
                continue
        raise BlockingIOError(errno.EAGAIN, "all process numbers that are kept for its user are taken")

    def close(self) -> None:
        """Nothing can be forked into it any more."""
        os.close(self._place)
        os.close(self._home)


def _be_first(supervisor: int, last_number: int, telling: int) -> None:
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGCHLD})
        process_tree.die_with_parent(supervisor, signal.SIGKILL)
        # With a /proc of its own, in which the next number can be set even where that of a container cannot be written to.
        see([HIDE_PROCESSES])
        with open("/proc/sys/kernel/ns_last_pid", "w", encoding="ascii") as last:
            last.write(str(last_number))
        # Others' pipes among them, and with `telling` the news that all is well.
        os.closerange(0, os.sysconf("SC_OPEN_MAX"))
        while True:
            signal.sigwait({signal.SIGCHLD})
            for _ in ended_children():
                pass
    except OSError as error:
        os.write(telling, str(error.errno).encode())
    finally:  # nothing may return into the supervisor's code from here
        os._exit(1)
