"""Run by python-client.test.ts, over a running app."""

import contextlib
import dataclasses
import io
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest import mock
from uuid import uuid4

import pandas
import polars
from azure.storage.blob import AccountSasPermissions, ResourceTypes, generate_account_sas

from mops_cold import (
    BundleNotPushed,
    Client,
    ConfigurationError,
    CredentialsRefused,
    InvalidTask,
    JobExists,
    NotFound,
    SimulationFailed,
    StorageUnavailable,
    SubmissionStopped,
    _reading,
    _submission,
)
from mops_cold._bundles import stored
from mops_cold.tasks import Sweep

BUNDLE = os.environ["TEST_BUNDLE"]


def cli(*arguments):
    ran = subprocess.run([os.environ["MOPS_COLD_CLI"], *arguments, "--json"], capture_output=True, text=True)
    return ran.returncode, json.loads(ran.stdout) if ran.stdout else ran.stderr


class Jobs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = Client.from_env()
        cls.addClassCleanup(cls.client.close)

    def test_a_folder_is_pushed_and_its_job_is_one_that_the_command_line_knows(self):
        job = self.client.submit(BUNDLE, "tables.made/series", [{"beta": 0.3}, {"beta": 1e-07}], replicates=2)
        status = job.watch(timeout=300, progress=False)
        self.assertEqual((status.state, status.tasks, status.succeeded), ("succeeded", 4, 4))
        code, said = cli("status", job.id)
        self.assertEqual((code, said["state"], said["tasks"], said["succeeded"]), (0, "succeeded", 4, 4))
        code, said = cli("verify", job.id)
        self.assertEqual(code, 0, said)
        self.assertEqual(self.client.job(job.id[:-2]).status(), self.client.job("last").status())

    def test_tasks_have_the_names_and_the_places_that_the_command_line_gives_them(self):
        command = ["submit", "--bundle", BUNDLE, "--entrypoint", "tables.made/series", "--dry-run", "--json"]
        options = [
            "--grid",
            "beta=0.25,1e-07",
            "--grid",
            "days=2",
            "--replicates",
            "2",
            "--outputs",
            "last,csv",
        ]
        ran = subprocess.run(
            [os.environ["MOPS_COLD_CLI"], *command, *options], capture_output=True, text=True, check=True
        )
        theirs = {line["task_id"]: line["result_key"] for line in map(json.loads, ran.stdout.splitlines())}
        job = self.client.submit(
            BUNDLE,
            "tables.made/series",
            pandas.DataFrame({"beta": [0.25, 1e-07], "days": [2, 2]}),
            replicates=2,
            outputs=["last", "csv"],
        )
        self.assertEqual({task.id: task._line.result_key for task in job.tasks()}, theirs)
        job.watch(timeout=300, progress=False)
        self.assertEqual(job.outputs(), ["csv", "last"])

    def test_a_job_of_the_command_line_is_read_like_its_own(self):
        name = f"theirs-{uuid4().hex[:8]}"
        code, said = cli(
            *(
                "submit",
                "--bundle",
                BUNDLE,
                "--entrypoint",
                "tables.made/loss",
                "--grid",
                "x=1,2",
                "--grid",
                "y=0.5",
            ),
            *("--no-preflight", "--job-id", name),
        )
        self.assertEqual(code, 0, said)
        job = self.client.job(name)
        job.watch(timeout=300, progress=False)
        self.assertEqual(job.output("loss")["value"].tolist(), [6.25, 7.25])
        self.assertIn("x is 2", job.task(x=2).log)

    def test_the_same_job_gets_a_new_run_and_another_one_is_refused(self):
        sets = [{"x": 5, "y": 1}]
        job = self.client.submit(BUNDLE, "tables.made/loss", sets, job_id=f"again-{uuid4().hex[:8]}")
        job.watch(timeout=300, progress=False)
        again = self.client.submit(BUNDLE, "tables.made/loss", sets, job_id=job.id)
        again.watch(timeout=300, progress=False)
        self.assertEqual(len(again.runs()), 2)
        self.assertEqual(again.status().cached, 1)
        with self.assertRaisesRegex(JobExists, "with other tasks"):
            self.client.submit(BUNDLE, "tables.made/loss", [{"x": 6, "y": 1}], job_id=job.id)
        third = self.client.submit(BUNDLE, "tables.made/loss", sets, job_id=job.id, cache=False)
        third.watch(timeout=300, progress=False)
        self.assertEqual(third.status().cached, 0)

    def test_failures_are_rows_that_say_why_and_a_retry_takes_them_up(self):
        job = self.client.submit(BUNDLE, "tables.made/wanting", [{"how": "raises"}, {"how": "b"}])
        self.assertEqual(job.watch(timeout=300, progress=False).state, "partial")
        results = job.results()
        self.assertEqual(results["how"].tolist(), ["raises", "b"])
        self.assertEqual(results["outcome"].tolist(), ["simulation-failed", "succeeded"])
        self.assertTrue((results["simulate_seconds"] >= 0).all())
        failures = job.failures()
        self.assertEqual(failures["error_type"].tolist(), ["ValueError"])
        self.assertIn("no epidemic", failures["traceback"][0])
        task = job.task(how="raises")
        self.assertIsInstance(task.error, SimulationFailed)
        self.assertIn("no epidemic", str(task.error))
        self.assertIn("Wire function", task.log)
        with self.assertRaises(SimulationFailed):
            task.outputs
        self.assertEqual(job.retry(outcomes=["crashed"]), 0)
        self.assertEqual(job.retry(), 1)
        self.assertEqual(job.watch(timeout=300, progress=False).failed, 1)
        self.assertEqual(len(job.runs()), 2)
        code, said = cli("status", job.id)
        self.assertEqual((said["tasks"], said["failed"], said["run"]), (2, 1, None), said)

    def test_a_table_of_parameters_keeps_types_and_seeds(self):
        rows = {"beta": [0.5, 1.0], "seed": [2**63, 7]}
        for frame in (polars.DataFrame(rows), pandas.DataFrame(rows).astype({"seed": "uint64"})):
            job = self.client.submit(BUNDLE, "tables.made/series", frame)
            self.assertEqual(
                [(task.parameters, task.seed) for task in job.tasks()],
                [({"beta": 0.5}, 2**63), ({"beta": 1.0}, 7)],
            )
            self.assertEqual(job.watch(timeout=300, progress=False).succeeded, 2)
            self.assertEqual(job.results()["seed"].tolist(), [2**63, 7])
            self.assertEqual(job.results(frames="polars")["beta"].to_list(), [0.5, 1.0])

    def test_what_the_app_would_refuse_is_refused_before_anything_is_written(self):
        before = self.client.jobs()
        for params, said in (
            ([{"x": float("nan")}], "Parameter set 0: the parameter 'x' is nan"),
            (pandas.DataFrame({"x": [1.0, None]}), "Row 1: the parameter 'x' is nan"),
            ([{"x": [1, 2]}], "is a list: it must be a number"),
            ([{"x": None}], "is missing"),
            ([{"x": 1, "seed": 2}], "seed"),
            ([{"x": "\ud800"}], "half a surrogate pair"),
            (pandas.DataFrame({"x": [1], "seed": [1.0]}), "seeds are integers"),
            ([], "there is no task"),
            ("x=1", "from a str"),
        ):
            with self.subTest(said), self.assertRaisesRegex(InvalidTask, said):
                self.client.submit("sha256:" + "0" * 64, "tables.made/loss", params)
        for options, said in (
            ({"entrypoint": "loss"}, "Cannot use the entrypoint"),
            ({"entrypoint": "tables.made/Loss"}, "Cannot use the entrypoint"),
            ({"bundle": "latest"}, "Cannot use the bundle"),
            ({"job_id": "direct"}, "it belongs to tasks"),
            ({"job_id": "a/b"}, "Cannot use the job id"),
            ({"env": {"HOME": "/"}}, "Cannot set HOME"),
            ({"seeds": [1], "replicates": 2}, "together"),
            ({"outputs": ["a", "a"]}, "each name once"),
        ):
            given = {"bundle": "sha256:" + "0" * 64, "entrypoint": "tables.made/loss", **options}
            with self.subTest(said), self.assertRaisesRegex(InvalidTask, said):
                self.client.submit(**given)
        self.assertEqual(self.client.jobs(), before)

    def test_a_large_task_travels_as_a_blob_and_any_text_arrives(self):
        text = "&<>\"' \x7f\x85\u2028\ufeff\uffff😀\n\0 " + "x" * 60_000
        job = self.client.submit(
            BUNDLE, "tables.made/loss", [{"x": 1, "y": text}, {"x": 1, "y": "&" * 20_000}]
        )
        job.watch(timeout=300, progress=False)
        self.assertEqual(job.failures()["error_type"].tolist(), ["TypeError"] * 2)

    def test_limits_and_stop_rules_are_those_of_the_command_line(self):
        sets = [{"how": "raises"}, {"how": "b"}]
        terms = {"timeout": 100.5, "memory": 2**31, "stop_after_failures": 0.25}
        job = self.client.submit(BUNDLE, "tables.made/wanting", sets, seeds=range(4), **terms)
        (run,) = job.runs()
        storage = self.client._storage
        manifest = json.loads(storage.text(storage.jobs, f"jobs/{job.id}/runs/{run}/run.json"))
        written = {"timeout_seconds": 100.5, "memory_bytes": 2**31, "stop_after_failures": 2}
        self.assertEqual({name: manifest.get(name) for name in written}, written)
        status = job.watch(timeout=300, progress=False)
        self.assertGreaterEqual(status.outcomes["simulation-failed"], 2)
        with self.assertRaisesRegex(InvalidTask, "under other terms"):
            self.client.submit(
                BUNDLE, "tables.made/wanting", sets, seeds=range(4), timeout=1, job_id=job.id, run=run
            )

    def test_what_is_not_there_is_told(self):
        for name in ("no-such-job", "job-that-is-none"):
            with self.assertRaisesRegex(NotFound, f"Cannot find the job {name}"):
                self.client.job(name)

    def test_what_was_never_sent_when_its_run_was_cancelled_is_cancelled_and_a_retry_takes_it_up(self):
        job = f"left-out-{uuid4().hex[:8]}"
        storage = self.client._storage
        sweep = Sweep(stored(BUNDLE, os.environ).ref, "tables.made/loss").checked()
        lines = sweep.lines([{"x": x, "y": 0.75} for x in range(5)], job)
        run = _submission.Run(job, "20260101T000000000Z-0000", lines)
        manifest = {
            "job_id": job,
            "created_at": _submission.now(),
            "bundle_refs": [sweep.bundle_ref],
            "task_count": 5,
        }
        _submission._record_job(storage, run, {**manifest, "tool_version": "0", "source": "test"})
        opened = {"run": run.run, "submitted_at": _submission.now(), "messages": 5, "sent_by": "app"}
        left_out = {
            **{"tasks": 3, "reason": "The run was cancelled.", "left_out_at": _submission.now(), "from": 2},
            "lines": {"path": f"jobs/{job}/tasks.jsonl.gz", "members": []},
        }
        for name, document in (("run", opened), ("left-out", left_out)):
            path = f"jobs/{job}/runs/{run.run}/{name}.json"
            storage.create_once(path, json.dumps(document).encode(), "application/json")
        _submission._send(storage, run, lines[:2], {}, lambda sent, total: None)
        found = self.client.job(job)
        status = found.watch(timeout=300, progress=False)
        self.assertEqual(status.outcomes, {"succeeded": 2, "cancelled": 3})
        self.assertEqual(found.results()["outcome"].tolist(), ["succeeded"] * 2 + ["cancelled"] * 3)
        self.assertEqual(found.failures()["reason"].tolist(), ["The run was cancelled."] * 3)
        self.assertEqual(found.retry(), 3)
        self.assertEqual(found.watch(timeout=300, progress=False).succeeded, 5)
        self.assertEqual(found.output("loss")["x"].tolist(), list(range(5)))

    def test_the_app_sends_the_messages_of_a_large_job_and_of_a_retry(self):
        with mock.patch.multiple(_submission, MOST_SENT_HERE=3, _LINES_OF_MEMBER=2):
            job = self.client.submit(
                BUNDLE, "tables.made/loss", [{"x": x, "y": 0.75} for x in range(5)], timeout=60
            )
            (run,) = job.runs()
            manifest = _reading.run_manifest(self.client._storage, job.id, run)
            self.assertEqual((manifest["sent_by"], manifest["timeout_seconds"]), ("app", 60))
            with mock.patch.object(_reading, "FEW_TASKS", 3):  # then it is what instances sum up that is read
                status = job.watch(timeout=300, progress=False)
                self.assertEqual((status.succeeded, status.tasks), (5, 5))
                self.assertEqual(status, job.status())
            self.assertEqual(status, job.status())
            code, said = cli("status", job.id)
            self.assertEqual((code, said["state"], said["expansion"]), (0, "succeeded", None))
            self.assertEqual(job.retry(cache=False), 5)
            self.assertEqual(job.watch(timeout=300, progress=False).cached, 0)
            self.assertEqual(len(job.runs()), 2)

    def test_a_job_that_the_app_could_not_be_asked_for_says_how_to_go_on(self):
        sets = [{"x": x, "y": 0.125} for x in range(5)]
        with mock.patch.object(_submission, "MOST_SENT_HERE", 3):
            with mock.patch.object(self.client._storage, "ask", side_effect=StorageUnavailable("No cable.")):
                with self.assertRaisesRegex(
                    SubmissionStopped, "could not ask the app .* No cable"
                ) as stopped:
                    self.client.submit(BUNDLE, "tables.made/loss", sets)
            job, run = re.search('job_id="(.+)", run="(.+)"', str(stopped.exception)).groups()
            again = self.client.submit(BUNDLE, "tables.made/loss", sets, job_id=job, run=run)
        self.assertEqual(again.watch(timeout=300, progress=False).succeeded, 5)
        self.assertEqual(again.runs(), [run])

    def test_parameter_sets_are_compared_with_targets(self):
        sets = [{"beta": 0.25}, {"beta": 0.5}]
        job = self.client.submit(
            os.environ["TEST_TARGETS"],
            "models.test/baseline",
            sets,
            replicates=2,
            targets=["targets:mean", "targets:distance"],
        )
        status = job.watch(timeout=300, progress=False)
        self.assertEqual((status.succeeded, status.losses_pending), (4, 0))
        losses = job.losses()
        self.assertEqual(losses["target"].tolist(), ["targets:mean", "targets:distance"] * 2)
        self.assertEqual(losses["replicates"].tolist(), [2] * 4)
        self.assertEqual(losses["outcome"].tolist(), ["succeeded"] * 4)
        code, said = cli("losses", job.id)
        self.assertEqual(losses["loss"].tolist(), [row["loss"] for row in said["losses"]], said)
        self.assertEqual(job.retry(cache=False), 4)
        self.assertEqual(job.watch(timeout=300, progress=False).losses_pending, 0)
        pandas.testing.assert_frame_equal(job.losses(), losses)
        again = {"targets": ["targets:mean"], "job_id": job.id}
        with self.assertRaisesRegex(JobExists, "other targets"):
            self.client.submit(
                os.environ["TEST_TARGETS"], "models.test/baseline", sets, replicates=2, **again
            )
        for given, said in (
            ({"targets": ["mean"]}, "neither .module:function. nor a target"),
            ({"targets": ["a:b", "a:b"]}, "each once"),
            ({"targets": ["a:b"], "min_replicates": 2}, "from 1 to 1"),
            ({"min_replicates": 2}, "there are no targets"),
        ):
            with self.assertRaisesRegex(InvalidTask, said):
                self.client.submit(BUNDLE, "tables.made/loss", [{"x": 1, "y": 1}], **given)
        with self.assertRaisesRegex(NotFound, "has no targets"):
            self.client.submit(BUNDLE, "tables.made/loss", [{"x": 0, "y": 0.75}]).losses()

    def test_targets_may_be_named_as_the_bundle_registers_them(self):
        with tempfile.TemporaryDirectory() as parent:
            folder = Path(shutil.copytree(os.environ["TEST_TARGETS"], Path(parent, "model")))
            registry = folder / ".modelops-bundle" / "registry.yaml"
            registry.parent.mkdir(exist_ok=True)
            registry.write_text("targets:\n  prevalence:\n    entrypoint: targets:mean\n", encoding="utf-8")

            def submit(bundle, targets):
                return self.client.submit(bundle, "models.test/baseline", [{"beta": 0.75}], targets=targets)

            job = submit(folder, "prevalence")
            with self.assertRaisesRegex(InvalidTask, "incidence.*registry.yaml, which has prevalence"):
                submit(folder, ["prevalence", "incidence"])
            with self.assertRaisesRegex(InvalidTask, "prevalence.*where the bundle is a folder"):
                submit(stored(folder, os.environ).ref, ["prevalence"])
        job.watch(timeout=300, progress=False)
        self.assertEqual(job.losses()["target"].tolist(), ["targets:mean"])

    def test_a_submission_that_stops_in_the_middle_says_how_to_go_on(self):
        storage, sent = self.client._storage, []
        send = storage.send
        sets = [{"x": x, "y": 0.25} for x in range(6)]

        def fails_after_three(text):
            if len(sent) == 3:
                raise StorageUnavailable("Cannot send: the cable is out.")
            sent.append(text)
            send(text)

        storage.send = fails_after_three
        try:
            with self.assertRaises(SubmissionStopped) as stopped:
                self.client.submit(BUNDLE, "tables.made/loss", sets)
        finally:
            del storage.send
        said = str(stopped.exception)
        self.assertRegex(said, r"Sent \d of 6 messages .* the cable is out")
        job, run = re.search('job_id="(.+)", run="(.+)"', said).groups()
        self.client.job(job).task(x=0)
        again = self.client.submit(BUNDLE, "tables.made/loss", sets, job_id=job, run=run)
        self.assertEqual(again.watch(timeout=300, progress=False).succeeded, 6)
        self.assertEqual(again.runs(), [run])

    def test_credentials_that_do_not_count_any_more_and_storage_that_is_not_there_are_told(self):
        env = dict(os.environ)
        connection = env["AZURE_STORAGE_CONNECTION_STRING"]
        parts = dict(part.split("=", 1) for part in connection.split(";") if part)
        hour = timedelta(hours=1)
        now = datetime.now(timezone.utc)
        expired = generate_account_sas(
            *(parts["AccountName"], parts["AccountKey"]),
            *(
                ResourceTypes(service=True, container=True, object=True),
                AccountSasPermissions(read=True, list=True),
            ),
            expiry=now - hour,
            start=now - 2 * hour,
        )
        endpoints = f"BlobEndpoint={parts['BlobEndpoint']};QueueEndpoint={parts['QueueEndpoint']};"
        for changed in (
            connection.replace(parts["AccountKey"], "bm90IHRoZSBrZXk="),
            f"{endpoints}SharedAccessSignature={expired}",
        ):
            given = {**env, "AZURE_STORAGE_CONNECTION_STRING": changed, "AzureWebJobsStorage": changed}
            with Client.from_env(given) as client:
                with self.assertRaisesRegex(CredentialsRefused, "Cannot list jobs.*(renew|Renew)"):
                    client.jobs()
                with self.assertRaises(CredentialsRefused):
                    client.submit("sha256:" + "0" * 64, "a.b/c")
        elsewhere = re.sub(r":\d+/", ":9/", connection)
        with self.assertRaisesRegex(
            StorageUnavailable, "Cannot reach the storage account at http://127.0.0.1:9"
        ):
            Client.from_env({**env, "AZURE_STORAGE_CONNECTION_STRING": elsewhere})
        with self.assertRaisesRegex(ConfigurationError, "no storage is set"):
            Client.from_env({})
        with self.assertRaisesRegex(ConfigurationError, "remove one of them"):
            Client.from_env({**env, "MODELOPS_AZURE_STORAGE_ACCOUNT": "another"})

    def test_credentials_that_expire_while_a_job_is_watched_leave_it_alone(self):
        job = self.client.submit(BUNDLE, "tables.made/loss", [{"x": x, "y": 1.5} for x in range(4)])
        look, looked = job._status, []

        def expires(found):
            if looked:
                raise CredentialsRefused("Cannot list jobs: the signature has expired. Renew it.")
            looked.append(found)
            return dataclasses.replace(look(found), pending=1)

        job._status = expires
        said = io.StringIO()
        with self.assertRaisesRegex(CredentialsRefused, "has expired"), contextlib.redirect_stderr(said):
            job.watch(timeout=300, progress=False)
        self.assertIn(f'client.job("{job.id}").watch() shows it again', said.getvalue())
        self.assertEqual(self.client.job(job.id).watch(timeout=300, progress=False).succeeded, 4)

    def test_a_folder_that_nobody_can_push_says_how(self):
        for changed, said in (
            ({"MOPS_COLD_CLI": "", "PATH": "/nowhere"}, "not on PATH. Install it"),
            ({"MOPS_COLD_CLI": "/nowhere/mops-cold"}, "does not start"),
            ({"MODELOPS_BUNDLE_SOURCE": "oci"}, "Cannot push (.|\n)*set MODELOPS_BUNDLE_REGISTRY"),
        ):
            with Client.from_env({**os.environ, **changed}) as client:
                with self.assertRaisesRegex(BundleNotPushed, said):
                    client.submit(BUNDLE, "tables.made/loss")
        with self.assertRaisesRegex(BundleNotPushed, "no such folder"):
            self.client.submit("./nowhere", "tables.made/loss")

    def test_cancelled_tasks_end_so(self):
        job = self.client.submit(BUNDLE, "tables.made/series", [{"beta": 0.125}], replicates=12)
        cancelled = job.cancel()
        status = job.watch(timeout=300, progress=False)
        self.assertLessEqual(status.outcomes.get("cancelled", 0), cancelled)
        self.assertEqual(status.ended, 12)
        self.assertEqual(job.cancel(), 0)
        if status.failed:
            self.assertEqual(job.retry(), status.failed)
        self.assertEqual(job.watch(timeout=300, progress=False).succeeded, 12)


if __name__ == "__main__":
    unittest.main(verbosity=2)
