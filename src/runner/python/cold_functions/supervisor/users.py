"""Users for simulations: each for one process at a time, whichever supervisor of this machine has started it. Linux.

A user is held by a lock on a file of its number, which the kernel takes back from whoever dies. The file has contents from the first process of
a user until nothing of it is left: who finds it locked by nobody and not empty, has found what a dead supervisor left, and removes that first.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from typing import Callable, Dict, List, Optional, Sequence, Set

from .. import boundary
from ..own_view import HIDE_PROCESSES, Step, see
from .left_by_user import LeftByUser, remove
from .pid_namespace import PidNamespace

_MOST_TRIES = 20
_PLACES = ("/run/modelops-cold-functions", "/var/lib/modelops-cold-functions")


class Users:
    """`free`: is told of users that nothing runs as, and that have left nothing.

    `sandbox`: the users are those from `first` to `last`, each with so many `processes` and files of `file_bytes` at most.
    """

    def __init__(self, sandbox: Dict[str, int], free: Callable[[List[int]], None]) -> None:
        # Whether each process has System V's and POSIX' own means of communication for itself.
        self.own_ipc = False
        # Whether each finds in /proc only processes of its own user.
        self.hides_processes = False
        # Whether each has process numbers of its own, so that it cannot name others.
        self.own_pids = False
        # Whether a process can be kept from the network.
        self.closes_network = False
        # Why no process can be shown, of a folder that is closed to others, what it needs; empty when it can.
        self.without_views = ""
        self._share = boundary.Share(sandbox["processes"], sandbox["file_bytes"])
        self._range = range(sandbox["first"], sandbox["last"] + 1)
        self._free = free
        self._left = LeftByUser()
        self._locks: Dict[int, int] = {}
        self._uses: Dict[int, int] = {}
        self._cleaners: Dict[int, int] = {}
        self._pids: Dict[int, PidNamespace] = {}
        self._tries: Dict[int, int] = {}
        self._folder = ""

    def open(self) -> None:
        """Takes up what dead supervisors left. Raises OSError, with the reason in words, where users cannot be had."""
        missing = boundary.missing_capabilities()
        if missing:
            raise OSError(f"it takes root, or the capabilities {', '.join(missing)} besides")
        self._folder = _folder()
        self._try()
        for name in os.listdir(self._folder):
            if name.isdigit() and int(name) in self._range and os.stat(os.path.join(self._folder, name)).st_size:
                self._take(int(name), set())

    def lease(self, count: int) -> None:
        """Finds so many more, and tells of them; of fewer when there are no more. Those that must be cleaned first are told later."""
        others = _users_of_processes()
        start = os.getpid() % len(self._range)
        found: List[int] = []
        for index in range(len(self._range)):
            user = self._range[(start + index) % len(self._range)]
            if user not in self._locks and self._take(user, others):
                found.append(user)
                if len(found) == count:
                    break
        # The others are being cleaned.
        clean = [user for user in found if user not in self._cleaners.values()]
        if clean:
            self._free(clean)

    @property
    def exhausted(self) -> bool:
        """Whether this supervisor has none that could become free."""
        return not self._locks

    def view(self, steps: Sequence[Step]) -> List[Step]:
        """Steps of own_view for a process that is to be one of these users', before it becomes that: these, and what all of them need."""
        return [*steps, HIDE_PROCESSES] if self.hides_processes else [*steps]

    def become(self, user: int, network: bool) -> None:
        """To be called in a process that is to be this user's, for good. Without `network`, where that can be had, it has none."""
        if self.closes_network and not network:
            boundary.no_network()
        if self.own_ipc:
            boundary.own_ipc()
        boundary.become(user, self._share)

    def pids_of(self, user: int) -> Optional[PidNamespace]:
        """The process numbers of what runs as this user, now and later; None where it cannot have its own. Raises OSError where they cannot be had now."""
        if self.own_pids and user not in self._pids:
            self._pids[user] = PidNamespace(self._numbers_of(user))
        return self._pids.get(user)

    def begin(self, user: int) -> None:
        if user not in self._locks:
            raise OSError(f"user {user} is not leased")
        if not self._uses.get(user):
            os.pwrite(self._locks[user], b"in use\n", 0)
        self._uses[user] = self._uses.get(user, 0) + 1

    def end(self, user: int) -> None:
        """To be called when a process of it is gone. After the last one nothing of the user is to be left."""
        self._uses[user] -= 1
        if self._uses[user] == 0:
            self._clean(user)

    @property
    def cleaning(self) -> Set[int]:
        """Processes that remove what users left."""
        return set(self._cleaners)

    @property
    def helpers(self) -> Set[int]:
        """Processes that are this class' own, and no runner's."""
        return {*self._cleaners, *(pids.init for pids in self._pids.values())}

    def reaped(self, pid: int, status: int) -> bool:
        """Whether it was one of the helpers."""
        for owner, pids in self._pids.items():
            if pids.init == pid:
                # Whatever was in it has been ended with it.
                self._pids.pop(owner).close()
                return True
        user = self._cleaners.pop(pid, None)
        if user is None:
            return False
        if status == 0 and not runs(user) and not self._left.look(user):
            self._clean_now(user)
        elif runs(user) and self._tries.get(user, 0) < _MOST_TRIES:
            # It was ended by those that it was to end, which takes luck.
            self._start_cleaner(user)
        else:
            # Nobody gets it from us again. Another supervisor tries once more.
            self._tries.pop(user, None)
            print(f"Cannot remove what user {user} left: {self._left.look(user)}", file=sys.stderr)
            os.close(self._locks.pop(user))
        return True

    def _take(self, user: int, others: Set[int]) -> bool:
        """Whether it is ours now: no other supervisor's, and no stranger's."""
        lock = os.open(os.path.join(self._folder, str(user)), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return False
        left_behind = os.fstat(lock).st_size > 0
        if user in others and not left_behind:
            os.close(lock)
            return False
        self._locks[user] = lock
        if left_behind:
            self._start_cleaner(user)
        return True

    def _clean(self, user: int) -> None:
        if runs(user) or self._left.look(user):
            self._start_cleaner(user)
        else:
            self._clean_now(user)

    def _clean_now(self, user: int) -> None:
        self._tries.pop(user, None)
        os.ftruncate(self._locks[user], 0)
        self._free([user])

    def _start_cleaner(self, user: int) -> None:
        self._tries[user] = self._tries.get(user, 0) + 1
        pid = os.fork()
        if pid:
            self._cleaners[pid] = user
            return
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            boundary.become(user, self._share)
            remove(LeftByUser().look(user))
            os._exit(0)
        except BaseException as error:  # nothing may return into the supervisor's code from here
            print(f"Cannot remove what user {user} left: {error!r}", file=sys.stderr, flush=True)
        finally:
            os._exit(1)

    def _try(self) -> None:
        code = _outcome_of(lambda: boundary.become(self._range[0], self._share))
        if code:
            raise OSError(f"no process can become user {self._range[0]}: {os.strerror(code)}")
        self.own_ipc = not _outcome_of(boundary.own_ipc)
        self.hides_processes = not _outcome_of(lambda: self._see_as_user([HIDE_PROCESSES]))
        self.own_pids = self.hides_processes and not _outcome_of(self._number_anew)
        self.closes_network = not _outcome_of(boundary.no_network)
        cover = [{"cover": self._folder}, {"show": self._folder, "at": os.path.join(self._folder, "shown"), "read_only": True}]
        code = _outcome_of(lambda: self._see_as_user(cover))
        self.without_views = os.strerror(code) if code else ""

    def _numbers_of(self, user: int) -> range:
        """Each has its share of all process numbers, so that hardly two that run at a time know themselves by one: files are called, and generators seeded, by it."""
        with open("/proc/sys/kernel/pid_max", encoding="ascii") as most:
            share = int(most.read()) // (len(self._range) + 1)
        first = share * (user - self._range.start + 1)
        return range(first, first + share)

    def _number_anew(self) -> None:
        pids = PidNamespace(self._numbers_of(self._range.start))
        pid = pids.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)

    def _see_as_user(self, steps: List[Step]) -> None:
        see(steps)
        # In a user namespace, which is what one has for this who is not root, there would be no other users.
        boundary.become(self._range[0], self._share)


def _outcome_of(call: Callable[[], None]) -> int:
    """In a process of its own. The error's number, 0 for none."""
    trial = os.fork()
    if trial:
        return os.WEXITSTATUS(os.waitpid(trial, 0)[1])
    try:
        call()
        os._exit(0)
    except OSError as error:
        os._exit(error.errno or 255)
    finally:
        os._exit(255)


def runs(user: int) -> bool:
    """Whether anything runs as this user. The supervisor itself never becomes one to end what does: it could be ended as one meanwhile."""
    try:
        os.getpriority(os.PRIO_USER, user)
        return True
    except ProcessLookupError:
        return False


def _folder() -> str:
    trouble: Optional[OSError] = None
    for folder in _PLACES:
        try:
            os.makedirs(folder, 0o700, exist_ok=True)
            found = os.lstat(folder)
            if found.st_uid == os.geteuid() and not found.st_mode & 0o022:
                return folder
        except OSError as error:
            trouble = error
    why = trouble.strerror if trouble else "they belong to somebody else"
    raise OSError(f"there is no place for its locks: {' and '.join(_PLACES)} cannot be used ({why})")


def _users_of_processes() -> Set[int]:
    found: Set[int] = set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                found.add(os.stat(f"/proc/{name}").st_uid)
            except OSError:
                continue  # gone meanwhile
    return found
