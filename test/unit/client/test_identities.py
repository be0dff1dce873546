"""Run by identities.test.ts: names of tasks that Python makes, beside those that modelops-contracts and TypeScript made."""

import gzip
import json
import os
import unittest

from mops_cold import _paths, _submission, identities, tasks
from mops_cold.errors import InvalidTask
from mops_cold.tasks import Sweep, TaskLine, checked_entrypoint

with open(os.environ["GOLDEN"], encoding="utf-8") as file:
    golden = json.load(file)
with open(os.environ["VECTORS"], encoding="utf-8") as file:
    vectors = json.load(file)


class Identities(unittest.TestCase):
    def test_parameter_sets_have_the_ids_of_modelops(self):
        for vector in golden["param_id"]:
            values = identities.parameters(json.loads(vector["canonical"]))
            self.assertEqual(identities.canonical_json(values), vector["canonical"])
            self.assertEqual(identities.param_id(values), vector["param_id"])

    def test_tasks_and_replicates_have_the_names_of_modelops(self):
        for vector in golden["task_ids"]:
            if vector["kind"] == "canonical_task_id":
                named = identities.task_id(
                    vector["bundle_ref"], vector["entrypoint"], vector["param_id"], vector["seed"]
                )
                self.assertEqual(named, vector["id"])
        for vector in golden["seeds"]:
            seeds = [
                identities.replicate_seed(vector["param_id"], index) for index in range(len(vector["seeds"]))
            ]
            self.assertEqual(seeds, vector["seeds"])

    def test_any_parameters_have_the_ids_that_typescript_gives_them(self):
        self.assertGreater(len(vectors["parameters"]), 100)
        for vector in vectors["parameters"]:
            values = identities.parameters(json.loads(vector["text"]))
            self.assertEqual(identities.canonical_json(values), vector["canonical"])
            self.assertEqual(identities.param_id(values), vector["param_id"])
            self.assertEqual(identities.replicate_seed(vector["param_id"], 3), vector["seed_3"])

    def test_tasks_have_the_result_keys_that_typescript_gives_them(self):
        for vector in vectors["tasks"]:
            task = json.loads(vector["text"])
            given = {name: task.get(name) for name in ("outputs", "config", "env")}
            sweep = Sweep(task["bundle_ref"], task["entrypoint"], **given).checked()
            (line,) = sweep.lines([{"params": task["params"]["values"], "seed": task["seed"]}], "job")
            self.assertEqual(
                (line.task_id, line.result_key), (vector["task_id"], vector["result_key"]), vector["text"]
            )
            ((compared,), _) = tasks.compared([line], ["targets:mean"])
            self.assertEqual(compared.aggregations(), {"targets:mean": vector["aggregation"]})
            again = TaskLine.from_json(line.to_json())
            self.assertEqual(again, line)
            sent = json.loads(_submission.message(line, "run", "trace", {"no_cache": True}))
            self.assertEqual(sent, {**line.message, "run": "run", "no_cache": True, "traceparent": "trace"})

    def test_comparisons_have_the_names_that_typescript_gives_them(self):
        for vector in vectors["aggregations"]:
            named = identities.aggregation_name(vector["bundle_ref"], vector["target"], vector["inputs"])
            self.assertEqual(named, vector["id"])

    def test_tasks_are_packed_as_the_app_reads_them(self):
        sweep = Sweep("sha256:" + "0" * 64, "a.b/c").checked()
        lines = sweep.lines([{"x": "é" * x} for x in range(2003)], "job")
        content, members = _submission.pack_lines(lines)
        self.assertEqual([count for count, _ in members][-1], 2003 - sum(count for count, _ in members[:-1]))
        at, read = 0, []
        for count, size in members:
            part = gzip.decompress(content[at : at + size]).decode("utf-8").splitlines()
            self.assertEqual(len(part), count)
            read += [TaskLine.from_json(text) for text in part]
            at += size
        self.assertEqual((at, read), (len(content), lines))
        self.assertEqual(_submission.pack_lines([]), (b"", []))

    def test_outputs_lie_where_typescript_puts_them(self):
        for name, encoded in vectors["artifact_names"].items():
            self.assertEqual(_paths.artifact_name(name), encoded)

    def test_entrypoints_are_those_that_typescript_takes(self):
        for entrypoint, taken in vectors["entrypoints"].items():
            with self.subTest(entrypoint):
                if taken:
                    self.assertEqual(checked_entrypoint(entrypoint), entrypoint)
                else:
                    self.assertRaises(InvalidTask, checked_entrypoint, entrypoint)

    def test_numbers_of_numpy_are_taken_as_what_they_hold(self):
        import numpy

        for value in (
            numpy.int64(3),
            numpy.float64(3),
            numpy.bool_(True),
            numpy.str_("a"),
            numpy.float32(0.5),
        ):
            taken = identities.scalar(value, "It")
            self.assertEqual((type(taken), taken), (type(value.item()), value.item()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
