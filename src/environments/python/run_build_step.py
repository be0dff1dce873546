"""Runs commands of a build, one after the other, and ends everything that they started. Standard library only, runs on 3.9.

Run as `python -I -S run_build_step.py LOG LIMITS COMMANDS`, the last a JSON list of lists of a command and its arguments, of which one is
run only when those before it have succeeded. What a command writes is appended to LOG, 64 MiB at most, after a line that says as whom it
runs where it is code of strangers. LIMITS is one JSON object
    memory_bytes   resident memory that all its processes together may take (Linux), or null
    processes      how many processes they may be (Linux), or null
    disk           {"folder": path, "bytes": how much may be written below it}, or null
    user           what step_user.py makes a user of, for commands that are code of strangers; else null
    needs_user     whether they are to run as the app's user where there is none for them, or not at all
    into           the folder of the environment that they install into, which is looked through when they have succeeded; or null
As its last line it prints one JSON object
    code      the exit code of the command that ended last; null when a signal ended it, or it could not be started
    signal    the number of that signal, or null
    error     why it could not be started, or null
    limit     the limit that it met, for which it was ended: `memory`, `processes` or `disk`; else null
    refused   why there is no user for it, where it needs one; else null. Nothing was run then
    left      why what it has left cannot be the app's, the rest of a sentence; else null. It is removed then
    state     of that environment (state_of.py), whose files have times of whole seconds now; null where there is none
It ends the command when its own standard input ends, which it does with whoever started it, and when it gets SIGTERM. When the
command has ended, so does what it left running: its process group everywhere, all its descendants on Linux.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LOOK_SECONDS = 0.05
# Looking through a folder takes longer: at most this share of the time goes into it.
DISK_SHARE = 0.05
DISK_SECONDS = 0.5
LONGEST_LOG = 64 * 1024 * 1024
# Not empty when all is to end.
ENDS = []


def main():
    log, limits, commands = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
    disk = Disk(**limits["disk"]) if limits["disk"] else None
    libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    if libc:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    user = None
    if limits["user"]:
        from step_user import CannotBeTaken, NoUserLeft, StepUser

        try:
            user = StepUser(**limits["user"])
            say(log, "as user %d, %s its network" % (user.number, "with" if user.has_network else "without"))
        except NoUserLeft as error:
            return tell(told(error=str(error)))
        except OSError as error:
            if limits["needs_user"]:
                return tell(told(refused=str(error)))
            say(log, "as the app's user: %s" % error)
    current = []
    signal.signal(signal.SIGTERM, lambda *_: end_all(current))
    threading.Thread(target=end_with_input, args=[current], daemon=True).start()
    for command in commands:
        ended = run(command, log, limits, libc, disk, user, current)
        if ended["code"] != 0 or ENDS:
            break
    if user:
        try:
            user.take_over()
        except CannotBeTaken as error:
            ended["left"] = str(error)
    into = limits["into"]
    if into and ended["code"] == 0:
        ended["state"] = look_through(into)
    tell(ended)


def run(command, log, limits, libc, disk, user, current):
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: prepare(libc, disk, user),
        )
    except (OSError, subprocess.SubprocessError) as error:
        return told(error=str(error))
    current[:] = [child.pid]
    if ENDS:  # while it was started
        end_group(child.pid)
    writing = threading.Thread(target=write_log, args=[child.stdout, log], daemon=True)
    writing.start()
    met = []
    if libc and (limits["processes"] or limits["memory_bytes"]):
        threading.Thread(target=watch, args=[child, limits, met], daemon=True).start()
    if disk:
        threading.Thread(target=watch_disk, args=[child, disk, met], daemon=True).start()
    if limits["into"]:
        import state_of  # for what comes then: it is loaded while this runs
    code = child.wait()
    end_group(child.pid)
    end_descendants()
    # Nobody is left who could still write.
    writing.join(5)
    if code and disk and not met and disk.is_exceeded():
        met.append("disk")
    return told(code if code >= 0 else None, -code if code < 0 else None, limit=met[0] if met else None)


def look_through(environment):
    from state_of import settled_in, state_of

    return state_of(environment, os.path.join(environment, "bin", "python"), settled_in)


def prepare(libc, disk, user):
    if disk:
        # One file can fill a disk between two looks.
        resource.setrlimit(resource.RLIMIT_FSIZE, (disk.bytes, disk.bytes))
    if user:
        user.become()
    if libc:
        # Not before: the kernel forgets it with another user.
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Disk:
    """What is written below a folder from now on."""

    def __init__(self, folder, bytes):
        self.folder = folder
        self.bytes = bytes
        self.before = taken(folder)

    def is_exceeded(self):
        return taken(self.folder) - self.before >= self.bytes


def taken(folder):
    total = 0
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:  # it is gone again
            pass
    return total


def watch_disk(child, disk, met):
    took = 0.0
    while True:
        time.sleep(max(DISK_SECONDS, took / DISK_SHARE))
        if child.returncode is not None:
            return
        begun = time.monotonic()
        if disk.is_exceeded():
            met.append("disk")
            end_group(child.pid)
            return kill_descendants()
        took = time.monotonic() - begun


def told(code=None, signal_number=None, error=None, limit=None, refused=None, left=None):
    return {
        "code": code,
        "signal": signal_number,
        "error": error,
        "limit": limit,
        "refused": refused,
        "left": left,
        "state": None,
    }


def tell(ended):
    print(json.dumps(ended), flush=True)


def say(log, text):
    with open(log, "a", encoding="utf-8") as into:
        into.write("(%s)\n" % text)


def write_log(said, log):
    """A command that prints without end fills no disk."""
    room = LONGEST_LOG
    with open(log, "ab", buffering=0) as into:
        while True:
            part = os.read(said.fileno(), 65536)
            if not part:
                return
            try:
                into.write(part[: max(room, 0)])
            except OSError:  # a full disk: the command is to notice it by itself, not by a broken pipe
                room = 0
            if room > 0 >= room - len(part):
                into.write(b"\n(The rest is left out.)\n")
            room -= len(part)


def watch(child, limits, met):
    while child.returncode is None:
        pids = descendants(os.getpid())
        if limits["processes"] and len(pids) > limits["processes"]:
            met.append("processes")
        elif limits["memory_bytes"] and held(pids, limits["memory_bytes"]):
            met.append("memory")
        if met:
            return kill_descendants()
        time.sleep(LOOK_SECONDS)


def descendants(root):
    found = []
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        below = children(pid)
        found += below
        waiting += below
    return found


def children(pid):
    found = []
    try:
        for thread in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, thread)) as file:
                found += [int(child) for child in file.read().split()]
    except OSError:  # it has ended
        pass
    return found


def held(pids, most):
    # What forked processes share is counted once, which takes longer to find out.
    return sum(map(resident, pids)) > most and sum(map(proportional, pids)) > most


def proportional(pid):
    try:
        with open("/proc/%d/smaps_rollup" % pid) as file:
            return sum(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
    except OSError:
        return resident(pid)


def resident(pid):
    try:
        with open("/proc/%d/statm" % pid) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def end_with_input(current):
    while os.read(0, 4096):
        pass
    end_all(current)


def end_all(current):
    """Nothing begins after it: who asks for it does not want the rest either."""
    ENDS.append(True)
    for group in current:
        end_group(group)


def end_group(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # all gone; macOS says the latter of those not yet waited for
        pass


def end_descendants():
    """What had left the group has become a child of this process, as its subreaper."""
    kill_descendants()
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def kill_descendants():
    """All of them, also when each would start two more before its turn comes: none is killed before all stand still."""
    stopped = set()
    while True:
        running = set(descendants(os.getpid())) - stopped
        if not running:
            break
        for pid in running:
            send(pid, signal.SIGSTOP)
        stopped |= running
    for pid in stopped:
        send(pid, signal.SIGKILL)



main()
os._exit(0)  # at once: there is nothing to tidy up
