"""One runner from its start until nothing of it is left.

running ──(time limit, stop gently)──► terminating ──(grace)──► killing ──► cleaning ──► gone
   ├──(memory, stop, its result is complete but it does not leave)──►┘         │
   └──(exits by itself)────────────────────────────────────────────►┘ ◄────────┘
`terminating` has the runner write its stack at its time limit, then sends TERM to the whole tree; `killing` kills whatever it finds until
the runner has been waited for; `cleaning` does the same to what the runner left. Nothing blocks: `step` does what is due and says when to come again.
"""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any, Callable, Dict, Optional, Set, Tuple

from ..frames import framed
from ..process_identity import as_told
from ..runner.written_stacks import STACK_SIGNAL
from .control_channel import ControlChannel
from .kernel_out_of_memory import kernel_kills
from .memory_watch import MemoryWatch
from .start_process import Started
from .task_output import TaskOutput
from .tree_killer import TreeKiller, send_signal

EXIT_GRACE_SECONDS = 5.0
_NEVER = float("inf")
_ROUND_SECONDS = 0.001
# A runner that is stopped, or does something else at the signal, does not say where it is.
_STACK_SECONDS = 2.0
_STACK_LOOK_SECONDS = 0.005
_READ_BYTES = 256 * 1024
# Less, since each line is looked at, and a simulation can write any number of them: others wait no longer than this takes.
_CONTROL_BYTES = 16 * 1024
_DRAIN_READS = 64

Emit = Callable[[Dict[str, Any]], None]


class SupervisedProcess:
    def __init__(
        self,
        name: str,
        started: Started,
        memory_limit_bytes: int,
        tree: Any,
        other_roots: Callable[[], Set[int]],
        emit: Emit,
    ) -> None:
        self.name = name
        self.pid = started.pid
        self.identity = started.identity
        self.descriptors = started
        self.phase = "running"
        self.to_write = bytearray()
        self.input_closed = False
        self._pids = started.pids
        adopter = started.pids.init if started.pids else os.getpid()
        self.killer = TreeKiller(started.pid, adopter, tree, other_roots)
        self._memory = MemoryWatch(started.pid, memory_limit_bytes, tree)
        self._memory_limit_bytes = memory_limit_bytes
        self._tree = tree
        self._emit = emit
        self._output = TaskOutput()
        self._control = ControlChannel(
            started.identity,
            lambda text: self._output.write(text.encode("utf-8", "backslashreplace"), False),
            self._take_stack,
        )
        self._released = self._kill_sent = self._stack_begun = False
        self._tasks = 0
        self._task_running = False
        self._limit: Optional[str] = None
        self._deadline = self._stack_by = self._kill_at = self._exit_by = _NEVER
        self._grace = 0.0
        self._cpu = self._cpu_before = 0.0
        self._cpu_of_orphans_before = self._cpu_of_orphans()
        self._kernel_kills_before: Optional[int] = None
        self.has_ended = self._gone = False
        self._status: Optional[int] = None

    @property
    def number_inside(self) -> int:
        """Its pid, as itself and its template know it."""
        return int(as_told(self.identity)["pid"])

    # --- commands -------------------------------------------------------------------------------------------------

    def prepare(self, line: str) -> None:
        self._control.begin_preparing()
        self._memory.begin()
        self.to_write += _framed(line)

    def assign(self, task: str, timeout_ms: float, grace_ms: float, log_path: str, log_head: str) -> None:
        self._deadline = time.monotonic() + timeout_ms / 1000
        self._grace = grace_ms / 1000
        self._tasks += 1
        self._task_running = True
        self._cpu_before = self._tree.cpu_seconds(self.pid) if self._tasks > 1 else 0.0
        self._kernel_kills_before = kernel_kills()
        self._output.open(log_path, log_head)
        self._control.begin_task()
        self._memory.begin()
        self.to_write += _framed(task)

    def release(self) -> None:
        """No more tasks: the runner's standard input ends once everything is written."""
        self._released = True
        if not self._task_running:
            self._exit_by = min(self._exit_by, time.monotonic() + EXIT_GRACE_SECONDS)

    def stop(self, reason: str, gently: bool = False) -> None:
        if not gently and self.phase in ("running", "terminating"):
            self._kill(self._limit or reason)
        elif self.phase == "running":
            self._hear_what_is_there()  # a result that is already on its way counts
            if self._task_running:
                self._tell_limit(reason)
                self.phase = "terminating"
                self._stack_by = 0.0  # it need not say where it is

    @property
    def wants_end_of_input(self) -> bool:
        return self._released and not self.to_write

    # --- descriptors ----------------------------------------------------------------------------------------------

    def read_output(self, descriptor: int) -> Optional[int]:
        """Bytes read: 0 at the end, None when there is nothing now."""
        chunk = _read(descriptor, _READ_BYTES)
        if chunk:
            self._output.write(chunk, descriptor == self.descriptors.stderr)
        return None if chunk is None else len(chunk)

    def read_control(self) -> Optional[int]:
        chunk = _read(self.descriptors.control, _CONTROL_BYTES)
        if chunk:
            self.hear(chunk)
        return None if chunk is None else len(chunk)

    def hear(self, said: bytes) -> None:
        """Something that came on its control descriptor."""
        for message in self._control.take(said):
            self._heard(message)

    def _heard(self, message: Dict[str, Any]) -> None:
        done = message["type"] == "done"
        if done and not self._released:
            self._memory.look()
        self._emit({"event": "control", "process": self.name, "message": message})
        if message["type"] == "prepared" and not self._task_running:
            if self.descriptors.forks:
                self._memory.end()  # what it forks counts for itself
            else:
                self._memory.wait()
        if done:
            self._finish_task()

    def _finish_task(self) -> None:
        """The result is complete: from here on no limit can undo it, and the runner has only to leave, within its limits."""
        self._task_running = False
        self._deadline = _NEVER
        if self._released:
            self._exit_by = time.monotonic() + EXIT_GRACE_SECONDS
            return
        if self.phase == "terminating":
            self._kill(None)  # it would wait for the next task
        if self.phase != "running":
            return  # `ended` tells its figures
        self._memory.wait()
        self._drain_output()
        cpu = self._tree.cpu_seconds(self.pid) - self._cpu_before
        self._emit({"event": "task_ended", "process": self.name, **self._figures(cpu)})
        self._output = TaskOutput()

    # --- time -----------------------------------------------------------------------------------------------------

    def step(self, now: float) -> float:
        """Does what is due; returns when to be called again."""
        if self.phase == "running" and now >= self._deadline:
            self._hear_what_is_there()  # a result that is already on its way counts
        if self.phase == "running" and now >= self._deadline:
            self._tell_limit("timeout")
            self.phase = "terminating"
            self._ask_for_stack(now)
        if self._awaits_stack and (now >= self._stack_by or self._stack_told()):
            self._kill_at = now + self._grace
            self.killer.terminate()
        # Memory is watched during the grace too: a simulation that ignores TERM may go on taking it.
        if self.phase in ("running", "terminating") and now >= self._memory.due_at:
            held = self._memory.look()
            if held:
                self._kill("memory", bytes=held)
        if self.phase == "running" and now >= self._exit_by:
            self._kill("exit")
        if self.phase == "terminating" and now >= self._kill_at:
            self._kill(None)
        if self.phase in ("killing", "cleaning"):
            if self.killer.kill(self._gone) and self.has_ended:
                self._finish()
            return now + _ROUND_SECONDS
        if self.phase == "terminating":
            return min(now + _STACK_LOOK_SECONDS if self._awaits_stack else self._kill_at, self._memory.due_at)
        return min(self._deadline, self._exit_by, self._memory.due_at)

    @property
    def _awaits_stack(self) -> bool:
        return self.phase == "terminating" and self._kill_at == _NEVER and not self._gone

    def _ask_for_stack(self, now: float) -> None:
        """TERM has to wait for it: of two signals that wait, the one that ends the process would win."""
        if self._tree.catches(self.pid, STACK_SIGNAL):
            self._stack_begun = False
            self._stack_by = now + _STACK_SECONDS
            send_signal(self.pid, STACK_SIGNAL)
        else:
            self._stack_by = now

    def _stack_told(self) -> bool:
        self.read_control()
        return self._stack_begun and not self._tree.is_handling(self.pid, STACK_SIGNAL)

    def _take_stack(self, line: bytes, begins: bool) -> None:
        self._stack_begun = self._stack_begun or begins
        self._output.write_stack(line, begins)

    def vanished(self) -> None:
        """It has ended, and its pid may be somebody else's from now on; how it ended is still to be told."""
        self._gone = True
        self._deadline = self._exit_by = _NEVER
        self._memory.end()

    def exited(self, status: Optional[int], cpu: float, max_resident_bytes: int) -> None:
        """The runner has been waited for. Without a status nobody can tell how it ended."""
        self.has_ended = self._gone = True
        self._status = status
        self._cpu += cpu - self._cpu_before
        if self._tasks == 1:
            # The kernel's own figure; for a process that ran tasks before, it would be that of all of them.
            self._memory.peak_bytes = max(self._memory.peak_bytes, max_resident_bytes)
        self.phase = "cleaning"

    def orphan_exited(self, cpu: float) -> None:
        """One that the supervisor has waited for."""
        self._cpu += cpu

    def _cpu_of_orphans(self) -> float:
        """Of those that the first process of its namespace has waited for; nothing when somebody has ended that one, and so all."""
        return self._tree.cpu_seconds(self._pids.init) if self._pids else 0.0

    def _kill(self, limit: Optional[str], **details: int) -> None:
        if limit:
            self._hear_what_is_there()  # a result that is already on its way was there before
            self._tell_limit(limit, **details)
        self.phase = "killing"
        self._kill_sent = True

    def _tell_limit(self, limit: str, **details: int) -> None:
        self._limit = limit
        self._emit({"event": "limit", "process": self.name, "limit": limit, **details})

    def _finish(self) -> None:
        self.phase = "gone"
        self._cpu += max(0.0, self._cpu_of_orphans() - self._cpu_of_orphans_before)
        self._hear_what_is_there()
        self._control.close()
        self._drain_output()
        code, signal_name = _exit_of(self._status)
        self._emit(
            {
                "event": "ended",
                "process": self.name,
                "exit_code": code,
                "signal": signal_name,
                "limit": self._limit,
                "leftovers": {"killed": len(self.killer.killed), "unkillable": sorted(self.killer.unkillable)},
                "oom_killed_by_kernel": signal_name == "SIGKILL" and not self._kill_sent and self._kernel_killed(),
                **self._figures(self._cpu),
            }
        )

    def _figures(self, cpu: float) -> Dict[str, Any]:
        return {"peak_memory_bytes": self._memory.peak_bytes, "cpu_seconds": cpu, **self._output.close()}

    def _kernel_killed(self) -> bool:
        now = kernel_kills()
        return now is not None and self._kernel_kills_before is not None and now > self._kernel_kills_before

    def _hear_what_is_there(self) -> None:
        for _ in range(_DRAIN_READS):
            if not self.read_control():
                break

    def _drain_output(self) -> None:
        for descriptor in (self.descriptors.stdout, self.descriptors.stderr):
            for _ in range(_DRAIN_READS):
                if not self.read_output(descriptor):
                    break


def _framed(line: str) -> bytes:
    """A line of JSON for the runner, which is to meet what Python cannot read in it, as it meets all else that is wrong with its task."""
    try:
        return framed(json.loads(line))
    except (ValueError, RecursionError) as error:
        return framed({"unreadable": f"The task cannot be read: {error}"})


def _read(descriptor: int, most: int) -> Optional[bytes]:
    """Empty at the end, None when there is nothing now."""
    try:
        return os.read(descriptor, most)
    except BlockingIOError:
        return None


def _exit_of(status: Optional[int]) -> Tuple[Optional[int], Optional[str]]:
    if status is None:
        return None, None
    if not os.WIFSIGNALED(status):
        return os.WEXITSTATUS(status), None
    number = os.WTERMSIG(status)
    try:
        return None, signal.Signals(number).name
    except ValueError:
        return None, f"SIG{number}"
