"""Runs one command of a build and ends everything that it started. Standard library only, runs on 3.9.

Run as `python -I -S run_build_step.py LOG COMMAND [ARGUMENT …]`. What the command writes is appended to LOG. As its last line it
prints one JSON object
    code      the exit code of the command; null when a signal ended it, or it could not be started
    signal    the number of that signal, or null
    error     why it could not be started, or null
It ends the command when its own standard input ends, which it does with whoever started it, and when it gets SIGTERM. When the
command has ended, so does what it left running: its process group everywhere, all its descendants on Linux.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def main():
    log, *command = sys.argv[1:]
    libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    if libc:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with open(log, "ab") as into:
        try:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=into,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=(lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)) if libc else None,
            )
        except OSError as error:
            tell(None, None, str(error))
            return
    signal.signal(signal.SIGTERM, lambda *_: end_group(child.pid))
    threading.Thread(target=end_with_input, args=[child.pid], daemon=True).start()
    code = child.wait()
    end_group(child.pid)
    end_descendants()
    tell(code if code >= 0 else None, -code if code < 0 else None, None)


def tell(code, signal_number, error):
    print(json.dumps({"code": code, "signal": signal_number, "error": error}), flush=True)


def end_with_input(group):
    while os.read(0, 4096):
        pass
    end_group(group)


def end_group(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # all gone; macOS says the latter of those not yet waited for
        pass


def end_descendants():
    """What had left the group has become a child of this process, as its subreaper."""
    while True:
        try:
            with open("/proc/self/task/%d/children" % os.getpid()) as file:
                children = [int(pid) for pid in file.read().split()]
        except OSError:
            return
        if not children:
            return
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass


main()
