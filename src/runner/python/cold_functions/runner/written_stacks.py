"""Where Python is, told without its interpreter: when the process crashes, and when the supervisor asks for it."""

from __future__ import annotations

import faulthandler
import sys

# Of the real-time signals, which neither C libraries nor runtimes of other languages count from this end. By number: the module
# `signal` costs more to import than all this.
STACK_SIGNAL = 59


def write_stacks(descriptor: int) -> None:
    """From now on, and in forked processes too. What a simulation does about its signals afterwards counts.

    A fatal signal writes the stacks of all threads, since a thread of C++ that crashes has none in Python. At STACK_SIGNAL only the thread that
    gets it, the main one, writes its own: the others run, and reading what they change could be what crashes.
    """
    faulthandler.enable(descriptor, all_threads=True)
    if sys.platform.startswith("linux"):
        faulthandler.register(STACK_SIGNAL, descriptor, all_threads=False)
