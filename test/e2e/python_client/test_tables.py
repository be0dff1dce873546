"""Run by python-client.test.ts, over a running app."""

import contextlib
import io
import os
import signal
import threading
import unittest
import warnings

import pandas

from mops_cold import Client, NotFound, OutputWarning, UnreadableOutput

BUNDLE = os.environ["TEST_BUNDLE"]


class Tables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = Client.from_env()
        cls.addClassCleanup(cls.client.close)
        cls.series = cls.client.submit(
            BUNDLE, "tables.made/series", [{"beta": 0.2}, {"beta": 0.4}], seeds=range(1, 11)
        )
        sets = [{"how": how} for how in ("raises", "cut", "b", "text")]
        cls.wanting = cls.client.submit(BUNDLE, "tables.made/wanting", sets)
        for job in (cls.series, cls.wanting):
            job.watch(timeout=300, progress=False)

    def told(self, work):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            value = work()
        return value, [str(each.message) for each in caught if issubclass(each.category, OutputWarning)]

    def test_every_form_of_table_gives_the_same_rows(self):
        expected, told = self.told(lambda: self.series.output("arrow"))
        self.assertEqual(told, [])
        self.assertEqual(list(expected.columns), ["beta", "seed", "t", "infected"])
        self.assertEqual(len(expected), 60)
        self.assertEqual(sorted(set(expected["seed"])), list(range(1, 11)))
        for name in ("stream", "parquet", "csv", "records"):
            pandas.testing.assert_frame_equal(
                self.series.output(name), expected, check_exact=False, rtol=1e-12
            )
        ends = expected[expected["t"] == 2].reset_index(drop=True)
        self.assertEqual(self.series.output("last")["value"].tolist(), ends["infected"].tolist())
        self.assertEqual(self.series.output("as-modelops")["last"].tolist(), ends["infected"].tolist())
        polars = self.series.output("arrow", frames="polars")
        self.assertEqual(polars["infected"].to_list(), expected["infected"].tolist())

    def test_what_is_no_table_says_so_and_can_be_read_as_it_is(self):
        with self.assertRaisesRegex(UnreadableOutput, "is no table, but .* task.read\\('picture'\\)"):
            self.series.output("picture")
        self.assertEqual(self.series.task(beta=0.2, seed=3).read("picture"), b"\x89PNG, or so")

    def test_bands_over_replicates_are_those_of_pandas(self):
        frame = self.series.output("arrow")
        summary, told = self.told(
            lambda: self.series.summary("arrow", by=["beta", "t"], quantiles=[0.1, 0.5])
        )
        self.assertEqual(told, [])
        self.assertEqual(
            list(summary.columns), ["beta", "t", "rows", "infected_mean", "infected_q0.1", "infected_q0.5"]
        )
        self.assertEqual(summary["rows"].tolist(), [10] * 6)
        one = frame[(frame["beta"] == 0.4) & (frame["t"] == 1)]["infected"]
        row = summary[(summary["beta"] == 0.4) & (summary["t"] == 1)].iloc[0]
        for name, value in (("mean", one.mean()), ("q0.1", one.quantile(0.1)), ("q0.5", one.median())):
            self.assertAlmostEqual(row[f"infected_{name}"], value, places=12)
        polars = self.series.summary("arrow", by=["beta", "t"], quantiles=[0.1, 0.5], frames="polars")
        self.assertEqual(polars.columns, list(summary.columns))
        for column in summary.columns:
            for one, other in zip(polars[column].to_list(), summary[column].tolist()):
                self.assertAlmostEqual(one, other, places=12)
        _, told = self.told(lambda: self.series.summary("arrow"))
        self.assertRegex(told[0], "One task has up to 3 rows in a group")
        with self.assertRaisesRegex(NotFound, 'Cannot group by "day"'):
            self.series.summary("arrow", by=["day"])

    def test_failures_are_told_and_become_rows_where_they_are_wanted(self):
        frame, told = self.told(lambda: self.wanting.output("clash"))
        self.assertEqual(len(frame), 3)
        self.assertTrue(
            any("1 of 4 tasks have no output" in each and "1 simulation-failed" in each for each in told),
            told,
        )
        frame, told = self.told(lambda: self.wanting.output("gaps", absent="rows"))
        self.assertEqual(told, [])
        self.assertEqual(frame["outcome"].tolist(), ["succeeded"] * 9 + ["simulation-failed"])
        with self.assertRaisesRegex(NotFound, "Not all tasks"):
            self.wanting.output("gaps", absent="raise")

    def test_a_column_that_is_called_like_a_parameter_gets_the_name_of_its_output(self):
        frame, told = self.told(lambda: self.wanting.output("clash"))
        self.assertEqual(list(frame.columns), ["how", "seed", "clash.how", "clash.seed", "own"])
        self.assertTrue(any('"how" of "clash"' in each for each in told), told)

    def test_columns_that_differ_are_told(self):
        frame, told = self.told(lambda: self.wanting.output("columns"))
        self.assertEqual(frame["a"].tolist(), [1.5, 1.0, 1.5])
        self.assertEqual(frame["b"].isna().tolist(), [True, False, True])
        self.assertTrue(any('"b" of the output "columns" is in 1 of 3 tasks' in each for each in told), told)
        with self.assertRaisesRegex(
            UnreadableOutput, '"value" is int64 in task [0-9a-f]{32}, string in task'
        ):
            self.wanting.output("kinds")

    def test_a_file_that_is_cut_off_is_told_and_left_out_only_when_asked(self):
        with self.assertRaisesRegex(UnreadableOutput, "of 1 of 3 tasks: .* skip_unreadable=True"):
            self.wanting.output("cut")
        frame, told = self.told(lambda: self.wanting.output("cut", skip_unreadable=True))
        self.assertEqual(len(frame), 6)
        self.assertTrue(any(each.startswith("Left out:") for each in told), told)

    def test_what_no_task_has_and_what_some_have_is_told(self):
        with self.assertRaisesRegex(
            NotFound, 'There is no output "incidence": task [0-9a-f]{32} has arrow, as-modelops'
        ):
            self.series.output("incidence")
        _, told = self.told(lambda: self.wanting.output("sometimes"))
        self.assertTrue(any("2 of 3 tasks succeeded without" in each for each in told), told)
        failed = self.client.submit(BUNDLE, "tables.made/wanting", [{"how": "raises"}], seeds=[5])
        failed.watch(timeout=300, progress=False)
        with self.assertRaisesRegex(NotFound, "none has succeeded \\(1 simulation-failed\\)"):
            failed.output("cut")

    def test_nan_is_told_in_a_summary_and_kept_in_a_table(self):
        self.assertEqual(self.told(lambda: self.wanting.output("gaps"))[0]["value"].isna().sum(), 3)
        for frames in ("pandas", "polars"):
            summary, told = self.told(
                lambda: self.wanting.summary("gaps", by=[], quantiles=[0.5], frames=frames)
            )
            self.assertEqual(list(summary["value_q0.5"]), [2.0])
            self.assertTrue(any('"value" has 3 of 9 values missing' in each for each in told), told)

    def test_an_output_whose_bytes_changed_is_damaged(self):
        job = self.client.submit(BUNDLE, "tables.made/loss", [{"x": 9, "y": 9}])
        job.watch(timeout=300, progress=False)
        storage = self.client._storage
        (task,) = job.tasks()
        (artifact,) = job._results.artifacts(task._ended).values()
        container, blob = artifact.ref.removeprefix("azure://").split("/", 1)
        metadata = storage.read(container, blob).metadata
        storage._container(container).upload_blob(blob, b"0.0", overwrite=True, metadata=metadata)
        for fresh in (self.client.job(job.id), job):
            with self.assertRaisesRegex(UnreadableOutput, "is damaged: its BLAKE2b-256"):
                fresh.output("loss")
        with self.assertRaisesRegex(UnreadableOutput, "is damaged"):
            task.read("loss")

    def test_results_that_an_earlier_job_made_are_found(self):
        again = self.client.submit(BUNDLE, "tables.made/series", [{"beta": 0.2}], seeds=[1, 2])
        self.assertEqual(again.watch(timeout=300, progress=False).cached, 2)
        frame = self.series.output("arrow")
        expected = frame[(frame["beta"] == 0.2) & (frame["seed"] <= 2)].reset_index(drop=True)
        pandas.testing.assert_frame_equal(again.output("arrow"), expected)

    def test_an_interrupted_watch_leaves_the_job_alone(self):
        job = self.client.submit(BUNDLE, "tables.made/series", [{"beta": 0.6}], replicates=8)
        watching = threading.Event()
        status = job._find

        def find(*given, **named):
            watching.set()
            return status(*given, **named)

        job._find = find

        def interrupt():
            watching.wait(60)
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        said = io.StringIO()
        with self.assertRaises(KeyboardInterrupt), contextlib.redirect_stderr(said):
            while True:
                job.watch(progress=False)
        self.assertIn(f'client.job("{job.id}").watch() shows it again', said.getvalue())
        thread.join()
        self.assertEqual(job.watch(timeout=300, progress=False).succeeded, 8)


if __name__ == "__main__":
    unittest.main(verbosity=2)
