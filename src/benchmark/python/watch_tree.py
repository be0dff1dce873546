"""Waits until what a process has started is calm: `python watch_tree.py <pid>`.

Answers each line of standard input with one: the CPU seconds that the processes below that one have used, those that it
has waited for among them, but neither its own nor those of this watcher. It answers when none of them works any more,
or else after 5 s; `nan` where there is no /proc. The end of standard input ends it.

A process of its own, because a look reads a file for each process of the machine: in the process that is measured, its
garbage would be collected in threads, at a time when it cannot be told from other work.
"""

import os
import sys
import time

LOOKS = 3
EVERY_SECONDS = 0.02
PATIENCE_SECONDS = 5.0
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Stat:
    """A line of /proc/<pid>/stat. The name in it may hold spaces and parentheses."""

    def __init__(self, line: str) -> None:
        fields = line[line.rindex(")") + 2 :].split(" ")  # from the third on
        self.pid = int(line[: line.index(" ")])
        self.parent = int(fields[1])
        self.works = fields[0] in "RD"
        own_user, own_system, waited_user, waited_system = map(int, fields[11:15])
        self.own_seconds = (own_user + own_system) / TICKS_PER_SECOND
        self.waited_seconds = (waited_user + waited_system) / TICKS_PER_SECOND


def calm(root: int) -> float:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    looks = 0
    while True:
        stats = _stats()
        if root not in stats:
            return float("nan")
        below = _below(root, stats)
        looks = 0 if any(stat.works for stat in below) else looks + 1
        if looks >= LOOKS or time.monotonic() > give_up_at:
            waited = sum(stat.waited_seconds for stat in below) + stats[root].waited_seconds
            return waited + sum(stat.own_seconds for stat in below)
        time.sleep(EVERY_SECONDS)


def _stats() -> dict[int, Stat]:
    stats: dict[int, Stat] = {}
    for name in os.listdir("/proc") if os.path.isdir("/proc") else []:
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="latin-1") as file:
                stat = Stat(file.read())
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
        stats[stat.pid] = stat
    return stats


def _below(root: int, stats: dict[int, Stat]) -> list[Stat]:
    children: dict[int, list[Stat]] = {}
    for stat in stats.values():
        children.setdefault(stat.parent, []).append(stat)
    found = []
    waiting = [root]
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child.pid != os.getpid():
                found.append(child)
                waiting.append(child.pid)
    return found


def main() -> None:
    root = int(sys.argv[1])
    for _ in sys.stdin:
        print(f"{calm(root):.2f}", flush=True)


if __name__ == "__main__":
    main()
