"""The supervisor's loop: one thread, waiting for commands, output, exits and deadlines."""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
import time
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

from ..ended_children import ended_children
from .forked_ends import ForkedEnds
from .forks import Forks
from .start_process import CannotExecute, Program, Started, start_process
from .supervised_process import SupervisedProcess

_COMMAND_BYTES = 1024 * 1024
# At the end, for what users have left.
_CLEANING_SECONDS = 5.0


class Supervision:
    def __init__(self, tree: Any, place: Optional[str], sandbox: Optional[Dict[str, int]]) -> None:
        self._tree = tree
        # Where runners find their folders, if they can.
        self._place = place
        self._processes: Dict[str, SupervisedProcess] = {}
        self._selector = selectors.DefaultSelector()
        self._forks = Forks(self._selector, tree, self._supervise, self._not_forked)
        self._forked_ends = ForkedEnds(self._selector, self._processes.values)
        self._user_of: Dict[str, int] = {}
        self._commands = bytearray()
        self._ending = False
        self._cleaned_by = 0.0
        self._unkillable: Set[int] = set()
        _keep_inherited_descriptors()
        signals, wake = os.pipe()
        for descriptor in (signals, wake):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "_ending", True))
        self._selector.register(signals, selectors.EVENT_READ, lambda: os.read(signals, 4096))
        self._selector.register(0, selectors.EVENT_READ, self._read_commands)
        # That runners can have for themselves, or why they cannot.
        self._users, self._without_users = self._open_users(sandbox)
        if self._users and self._users.without_views:
            self._place = None

    def _open_users(self, sandbox: Optional[Dict[str, int]]) -> Tuple[Any, str]:
        if sandbox is None:
            return None, "it is turned off"
        if not self._tree.CHANGES_USERS:
            return None, "it takes Linux"
        from .users import Users

        users = Users(sandbox, self._freed)
        try:
            users.open()
        except OSError as error:
            return None, str(error)
        return users, ""

    def run(self) -> None:
        """Returns when the worker is gone or asked for the end, and nothing is left running."""
        allows = {
            "own_ipc": bool(self._users and self._users.own_ipc),
            "hides_processes": bool(self._users and self._users.hides_processes),
            "own_pids": bool(self._users and self._users.own_pids),
            "closes_network": bool(self._users and self._users.closes_network),
            "without_views": self._users.without_views if self._users else "",
        }
        self._emit({"event": "ready", "place": self._place, "without_users": self._without_users, **allows})
        wake_at = float("inf")
        while not (self._ending and not self._processes and not self._is_cleaning()):
            timeout = None if wake_at == float("inf") else max(0.0, wake_at - time.monotonic())
            for key, _ in self._selector.select(timeout):
                if self._selector.get_map().get(key.fd) == key:
                    key.data()
            self._reap()
            if self._ending:
                self._end()
            wake_at = self._step()

    def _step(self) -> float:
        wake_at = min(self._forks.step(time.monotonic()), self._forked_ends.step(time.monotonic()))
        for process in list(self._processes.values()):
            wake_at = min(wake_at, process.step(time.monotonic()))
            if process.phase == "gone":
                self._forget(process)
                wake_at = 0.0
        return wake_at

    def _end(self) -> None:
        if not self._cleaned_by:
            self._cleaned_by = time.monotonic() + _CLEANING_SECONDS
        self._ending = True
        self._forks.end()
        for process in self._processes.values():
            process.stop("stopped")

    def _is_cleaning(self) -> bool:
        """Whoever finds it unfinished, goes on with it."""
        return bool(self._users and self._users.cleaning) and time.monotonic() < self._cleaned_by

    # --- commands -------------------------------------------------------------------------------------------------

    def _read_commands(self) -> None:
        chunk = os.read(0, _COMMAND_BYTES)
        if not chunk:
            self._selector.unregister(0)
            return self._end()
        *lines, self._commands = (self._commands + chunk).split(b"\n")
        for line in lines:
            command = json.loads(line)
            if command["command"] == "start":
                self._start(command)
            elif command["command"] == "users":
                self._lease(command["count"])
            elif command["command"] == "fork":
                template = self._processes.get(command["template"])
                if template:
                    self._begin_use(command["process"], self._user_of.get(template.name))
                self._forks.ask(command["process"], template, command["memory_limit_bytes"])
            elif command["process"] in self._processes:
                self._obey(self._processes[command["process"]], command)
            # Else it is for a process that ended while the command was on its way: `ended` has told so.

    def _lease(self, count: int) -> None:
        error = self._without_users
        if self._users:
            try:
                self._users.lease(count)
                error = "all are in use" if self._users.exhausted else ""
            except OSError as trouble:
                error = f"{type(trouble).__name__}: {trouble}"
        if error:
            self._emit({"event": "users", "users": [], "error": error})

    def _freed(self, users: List[int]) -> None:
        self._emit({"event": "users", "users": users, "error": ""})

    def _start(self, command: Dict[str, Any]) -> None:
        name = command["process"]
        user = command.get("user")
        program = Program(command["argv"], command["env"], command["cwd"], command["fixed_addresses"], command["view"])
        try:
            self._begin_use(name, user)
            if user is not None:
                program = program._replace(
                    view=self._users.view(command["view"]),
                    become=lambda: self._users.become(user, command["network"]),
                    pids=self._users.pids_of(user),
                )
            started = start_process(program, self._tree, command["forks"])
        except CannotExecute as error:
            self._end_use(name)
            return self._failed(name, str(error), True)
        except OSError as error:
            self._end_use(name)
            return self._failed(name, f"{type(error).__name__}: {error}", False)
        self._supervise(name, started, command["memory_limit_bytes"])

    def _begin_use(self, name: str, user: Optional[int]) -> None:
        if user is not None:
            self._users.begin(user)
            self._user_of[name] = user

    def _end_use(self, name: str) -> None:
        user = self._user_of.pop(name, None)
        if user is not None:
            self._users.end(user)

    def _supervise(self, name: str, started: Started, memory_limit_bytes: int) -> SupervisedProcess:
        process = SupervisedProcess(
            name,
            started,
            memory_limit_bytes,
            self._tree,
            self._other_roots,
            self._emit,
        )
        self._processes[name] = process
        self._listen(started.stdout, lambda: process.read_output(started.stdout))
        self._listen(started.stderr, lambda: process.read_output(started.stderr))
        self._listen(started.control, process.read_control)
        if started.forks:
            self._forked_ends.listen(process, started.forks)
        if started.end is not None:
            self._forked_ends.watch(process, started.end)
        self._emit({"event": "started", "process": name, "identity": process.identity})
        return process

    def _other_roots(self) -> Set[int]:
        helpers = self._users.helpers if self._users else set()
        return self._unkillable | helpers | {other.pid for other in self._processes.values()}

    def _not_forked(self, name: str, error: str, final: bool) -> None:
        self._end_use(name)
        self._failed(name, error, final)

    def _failed(self, name: str, error: str, final: bool) -> None:
        self._emit({"event": "failed", "process": name, "error": error, "final": final})

    def _obey(self, process: SupervisedProcess, command: Dict[str, Any]) -> None:
        if command["command"] == "assign":
            process.assign(
                command["task"], command["timeout_ms"], command["grace_ms"], command["log_path"], command["log_head"]
            )
            if command["last"]:
                # Not by a command of its own: the task could be done before that arrives.
                process.release()
        elif command["command"] == "prepare":
            process.prepare(command["line"])
        elif command["command"] == "release":
            process.release()
        elif command["command"] == "stop":
            process.stop(command["reason"], command["gently"])
        else:
            raise ValueError(f"unknown command {command['command']}")
        self._write_task(process)

    def _write_task(self, process: SupervisedProcess) -> None:
        """Writes what the pipe takes; the rest when there is room. Closes it after the last task."""
        if process.input_closed:
            return  # its number may be that of another descriptor by now
        stdin = process.descriptors.stdin
        listening = stdin in self._selector.get_map()
        try:
            while process.to_write:
                del process.to_write[: os.write(stdin, process.to_write)]
        except BlockingIOError:
            if not listening:
                self._selector.register(stdin, selectors.EVENT_WRITE, lambda: self._write_task(process))
            return
        except BrokenPipeError:
            process.to_write.clear()  # it closed its input or ended, which is noticed elsewhere
        if listening:
            self._selector.unregister(stdin)
        if process.wants_end_of_input:
            process.input_closed = True
            os.close(stdin)

    # --- descriptors and exits ------------------------------------------------------------------------------------

    def _listen(self, descriptor: int, read: Callable[[], Optional[int]]) -> None:
        def on_readable() -> None:
            if read() == 0:
                self._selector.unregister(descriptor)

        self._selector.register(descriptor, selectors.EVENT_READ, on_readable)

    def _forget(self, process: SupervisedProcess) -> None:
        del self._processes[process.name]
        # They stay our children for as long as the kernel keeps them: no later runner is to be blamed for them.
        self._unkillable |= process.killer.unkillable
        open_ends = [process.descriptors.stdout, process.descriptors.stderr, process.descriptors.control]
        if not process.input_closed:
            open_ends.append(process.descriptors.stdin)
        if process.descriptors.end is not None:
            open_ends.append(process.descriptors.end)
        for descriptor in open_ends:
            if descriptor in self._selector.get_map():
                self._selector.unregister(descriptor)
            os.close(descriptor)
        if process.descriptors.forks:
            self._forked_ends.leave(process, process.descriptors.forks)
        self._end_use(process.name)

    def _reap(self) -> None:
        for pid, status, usage in ended_children():
            if self._users and self._users.reaped(pid, status):
                continue
            self._unkillable.discard(pid)
            cpu = usage.ru_utime + usage.ru_stime
            process = self._by_pid(pid)
            if process:
                if process.descriptors.template_pid:
                    process.stop("lost")  # it has become ours because its template, which kills it in its end, is gone
                process.exited(status, cpu, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
                continue
            for other in self._processes.values():
                if other.phase == "cleaning":
                    other.orphan_exited(cpu)
                    break

    def _by_pid(self, pid: int) -> Optional[SupervisedProcess]:
        return next((process for process in self._processes.values() if process.pid == pid), None)

    def _emit(self, event: Dict[str, Any]) -> None:
        data = memoryview(json.dumps(event, allow_nan=False).encode() + b"\n")
        try:
            while data:
                data = data[os.write(1, data) :]
        except OSError:
            self._ending = True  # the worker is gone: the loop ends everything at its next turn


def _keep_inherited_descriptors() -> None:
    """Whatever the worker's own parent left open in it is for no simulation."""
    for name in os.listdir("/dev/fd"):
        if int(name) > 2:
            try:
                os.set_inheritable(int(name), False)
            except OSError:
                continue  # the listing itself
