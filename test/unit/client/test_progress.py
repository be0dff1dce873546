"""Run by progress.test.ts: what a person sees while a job is watched."""

import contextlib
import io
import sys
import types
import unittest

from mops_cold._progress import Bar
from mops_cold.status import Status


def status(ended, failed=0, tasks=4):
    state = "running" if ended < tasks else "partial" if failed else "succeeded"
    return Status("sweep", "run", state, tasks, ended, tasks - ended, ended - failed, failed, 0, {}, None)


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Progress(unittest.TestCase):
    def shown(self, stream, *states):
        with contextlib.redirect_stderr(stream):
            bar = Bar(True)
            for each in states:
                bar.update(each)
            bar.end()
            bar.end()
        return stream.getvalue()

    def test_a_terminal_has_one_line_that_changes(self):
        said = self.shown(Terminal(), status(0), status(2, failed=1), status(4, failed=1))
        self.assertEqual(said.count("\n"), 1)
        first, second, last = said.strip("\n").split("\r")[1:]
        self.assertIn("0/4", first)
        self.assertRegex(second, r"█{14}░{14} 2/4, 1 failed, \d+ s left")
        self.assertTrue(last.endswith("█ 4/4, 1 failed, partial"))

    def test_nothing_is_said_where_nobody_looks(self):
        self.assertEqual(self.shown(io.StringIO(), status(0), status(4)), "")

    def test_a_notebook_has_one_cell_that_changes(self):
        shown = []

        class Cell:
            def update(self, text, raw):
                shown.append(("update", text["text/plain"]))

        def display(text, raw, display_id):
            shown.append(("display", text["text/plain"]))
            return Cell()

        module, part = types.ModuleType("IPython"), types.ModuleType("IPython.display")
        module.get_ipython = lambda: types.SimpleNamespace(kernel=object())
        part.display = display
        sys.modules.update({"IPython": module, "IPython.display": part})
        self.addCleanup(lambda: [sys.modules.pop(name) for name in ("IPython", "IPython.display")])
        self.assertEqual(self.shown(Terminal(), status(1), status(4)), "")
        self.assertEqual([how for how, _ in shown], ["display", "update"])
        self.assertTrue(shown[1][1].endswith("4/4, succeeded"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
