"""Makes the bytecode of what is installed in this environment, where it has none. Standard library only, runs on 3.9.

Run as `python -I -S compile_bytecode.py [--beside]` by its interpreter; exits with 0 when all is made. With --beside it takes only what
processors have left over. It ends when its own standard input does, which it does with whoever started it. What it has made by
then stays: each file appears whole, as those do that an import writes. Folders of tests are left out: hardly anything imports
them, and they are three quarters of the work for numpy and pandas. What does not compile is passed over, and nothing of it is run.
"""

import importlib.util
import marshal
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from this_environment import prefix, site_packages

TESTS = {"test", "tests"}


def main():
    threading.Thread(target=end_with_input, daemon=True).start()
    if "--beside" in sys.argv:
        be_humble()
    for installed in site_packages(prefix()):
        for folder, names, files in os.walk(installed):
            names[:] = [name for name in names if name not in TESTS and name != "__pycache__"]
            for name in files:
                if name.endswith(".py"):
                    compile_file(os.path.join(folder, name))


def end_with_input():
    while os.read(0, 4096):
        pass
    os._exit(1)


def be_humble():
    try:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    except (AttributeError, OSError):  # not Linux, or not permitted
        os.nice(19)


def compile_file(path):
    """In the format of PEP 552, by the source's time and size."""
    target = importlib.util.cache_from_source(path)
    try:
        stat = os.stat(path)
        facts = (0, int(stat.st_mtime) & 0xFFFFFFFF, stat.st_size & 0xFFFFFFFF)
        header = importlib.util.MAGIC_NUMBER + b"".join(fact.to_bytes(4, "little") for fact in facts)
        if begins_with(target, header):
            return
        with open(path, "rb") as file:
            source = file.read()
        code = compile(source, path, "exec", dont_inherit=True, optimize=-1)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    unfinished = "%s.%d" % (target, os.getpid())
    try:
        if not os.path.isdir(os.path.dirname(target)):
            os.mkdir(os.path.dirname(target))  # nothing above it: an environment that was removed stays away
        with open(unfinished, "wb") as file:
            file.write(header + marshal.dumps(code))
        os.replace(unfinished, target)
    except BaseException:
        try:
            os.unlink(unfinished)
        except OSError:
            pass
        raise


def begins_with(path, header):
    try:
        with open(path, "rb") as file:
            return file.read(len(header)) == header
    except OSError:
        return False


main()
