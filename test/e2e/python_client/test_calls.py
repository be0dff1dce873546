"""Run by python-client.test.ts, over a running app."""

import json
import os
import threading
import unittest
from concurrent.futures import CancelledError, as_completed
from hashlib import blake2b
from unittest import mock

import modelops_contracts as contracts
import optuna

from mops_cold import Client, InvalidTask, SimulationFailed, _reading, _session, identities
from mops_cold._bundles import stored

BUNDLE = os.environ["TEST_BUNDLE"]


class Calls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = Client.from_env()
        cls.addClassCleanup(cls.client.close)
        cls.reference = stored(BUNDLE, os.environ).ref

    def test_a_simulation_is_a_function(self):
        with self.client.simulation(self.reference, "tables.made/loss", "loss") as loss:
            self.assertEqual(loss(x=2, y=-1), 2)
            self.assertEqual(loss({"x": 2.5}, y=-2, seed=4), 2.25)
            values = loss.map([{"x": x, "y": 0} for x in (1, 2, 3)])
            self.assertEqual(list(values), [4, 5, 8])
            with self.assertRaisesRegex(InvalidTask, "is nan"):
                loss(x=float("nan"), y=0)
            with self.assertRaises(SimulationFailed) as failed:
                loss(x="one", y=0)
            self.assertIn("TypeError", failed.exception.error_type)
            self.assertIn("in loss", failed.exception.traceback)

    def test_calls_that_come_one_by_one_are_waited_for_by_short_listings(self):
        listed = []

        def counting(*of_run):
            outcomes = list(_reading.list_outcomes(*of_run))
            listed.append(len(outcomes))
            return iter(outcomes)

        with mock.patch.object(_session, "_ENDED_OF_RUN", 3):
            with self.client.simulation(self.reference, "tables.made/loss", "loss") as loss:
                with mock.patch.object(_session.Session.send, "__defaults__", (counting,)):
                    self.assertEqual([loss(x=x, y=-2) for x in range(9)], [(x - 1) ** 2 for x in range(9)])
                    again = [loss.submit(x=x, y=-2) for x in (4, 4, 5)]
                    self.assertEqual([each.result() for each in again], [9, 9, 16])
        self.assertLessEqual(max(listed), 4)

    def test_map_gives_values_in_order_and_failures_as_values_where_wanted(self):
        sets = [{"how": how} for how in ("b", "raises", "a")]
        values = self.client.map(
            "tables.made/wanting", sets, bundle=self.reference, output="columns", return_exceptions=True
        )
        self.assertEqual([values[0], values[2]], [{"a": 1, "b": 2.5}, {"a": 1.5}])
        self.assertIsInstance(values[1], SimulationFailed)
        with self.assertRaises(SimulationFailed):
            self.client.map("tables.made/wanting", sets, bundle=self.reference)
        (whole,) = self.client.map("tables.made/series", [{"beta": 0.7}], bundle=self.reference, seeds=[1])
        self.assertEqual(list(whole["arrow"].columns), ["t", "infected"])
        self.assertEqual(whole["picture"], b"\x89PNG, or so")

    def test_an_executor_runs_entrypoints_in_the_app_and_functions_here(self):
        with self.client.executor(self.reference, output="loss") as executor:
            futures = [executor.submit("tables.made/loss", {"x": x, "y": 0}, seed=1) for x in range(4)]
            self.assertEqual(
                sorted(future.result() for future in as_completed(futures, timeout=300)), [4, 5, 5, 8]
            )
            self.assertEqual(
                list(executor.map("tables.made/loss", [{"x": 1, "y": -2}, {"x": 1, "y": -1}])), [0, 1]
            )

            def objective(x):
                value = executor.submit("tables.made/loss", {"x": x, "y": 0}).result()
                return threading.current_thread().name.startswith("mops-cold-call"), value

            self.assertEqual(list(executor.map(objective, [1.0, 2.0])), [(True, 4.0), (True, 5.0)])
        with self.assertRaisesRegex(RuntimeError, "closed"):
            executor.submit("tables.made/loss", {"x": 1, "y": 0})

    def test_optuna_finds_the_best_parameters_by_simulations_in_the_app(self):
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        grid = {"x": [0, 1, 2], "y": [-2, 0]}
        study = optuna.create_study(sampler=optuna.samplers.GridSampler(grid, seed=1))
        with self.client.simulation(self.reference, "tables.made/loss", "loss") as loss:
            study.optimize(
                lambda trial: loss(x=trial.suggest_int("x", 0, 2), y=trial.suggest_int("y", -2, 0)),
                n_trials=6,
                n_jobs=3,
            )
        self.assertEqual((study.best_params, study.best_value), ({"x": 1, "y": -2}, 0))

    def test_the_same_task_at_the_same_time_is_one_and_later_it_is_another_one(self):
        with self.client.executor(self.reference, output="loss") as executor:
            futures = [executor.submit("tables.made/loss", {"x": 40, "y": 0}) for _ in range(5)]
            self.assertEqual({future.result() for future in futures}, {1525})
            again = executor.submit("tables.made/loss", {"x": 40, "y": 0})
            self.assertEqual(again.result(), 1525)
            job = self.client.job(executor._session.job_id)
            self.assertEqual(len(job.runs()), 2)
            self.assertEqual(job.status().succeeded, 1)
            self.assertEqual(len(job.results()), 1)

    def test_what_is_not_wanted_any_more_is_cancelled_in_the_app(self):
        executor = self.client.executor(self.reference)
        futures = [executor.submit("tables.made/series", {"beta": 0.3 + n / 100}) for n in range(8)]
        executor.shutdown(cancel_futures=True)
        for future in futures:
            self.assertTrue(future.done())
            if future.cancelled():
                self.assertRaises(CancelledError, future.result)
        storage, job = self.client._storage, executor._session.job_id
        unwanted = sum(future.cancelled() for future in futures)
        self.assertEqual(any(storage.list(f"cancellations/{job}/")), unwanted > 0)

    def sim_task(self, scenario="loss", seed=5, outputs=None, **params):
        named = contracts.UniqueParameterSet(params, identities.param_id(identities.parameters(params)))
        return contracts.SimTask(self.reference, f"tables.made/{scenario}", named, seed, outputs)

    def test_it_is_a_simulation_service(self):
        with self.client.service() as service:
            one = service.submit(self.sim_task(x=1, y=1)).result(timeout=300)
            self.assertEqual((one.outputs["loss"].inline, one.error), (b"9", None))
            self.assertEqual(one.outputs["loss"].checksum, blake2b(b"9", digest_size=32).hexdigest())
            tasks = [
                self.sim_task(x=1, y=1),
                self.sim_task("wanting", how="raises"),
                self.sim_task(x=3, y=-2),
            ]
            good, failed, other = service.gather(service.submit_batch(tasks))
            self.assertEqual((good.outputs["loss"].inline, other.outputs["loss"].inline), (b"9", b"4"))
            self.assertEqual((failed.error.error_type, failed.outputs), ("ValueError", {}))
            self.assertIn(b"no epidemic", failed.error_details.inline)
            replicates = contracts.ReplicateSet(
                self.sim_task("series", seed=100, outputs=("last",), beta=0.9), 3
            )
            returned = service.gather(service.submit_replicates(replicates))
            self.assertEqual(len({each.outputs["last"].inline for each in returned}), 3)
            self.assertEqual({name for each in returned for name in each.outputs}, {"last"})
            self.assertEqual(
                [each.task_id for each in service.submit_replicate_set(replicates).result(timeout=300)],
                [each.task_id for each in returned],
            )
            broken = service.submit(self.sim_task(x=7, y=7))
            broken.result(timeout=300)
            results = service._session.results
            results.record = lambda outcome: 1 / 0
            (error,) = service.gather([service.submit(self.sim_task(x=7, y=7))])
            self.assertIsInstance(error, ZeroDivisionError)

    def test_replicates_are_compared_with_targets_in_the_app(self):
        bundle = stored(os.environ["TEST_TARGETS"], os.environ).ref

        def replicates(**params):
            named = contracts.UniqueParameterSet(params, identities.param_id(identities.parameters(params)))
            return contracts.ReplicateSet(contracts.SimTask(bundle, "models.sir/baseline", named, 10), 3)

        with self.client.service() as service:
            sets = [replicates(beta=0.1), replicates(beta=0.2)]
            losses = service.gather(service.submit_batch_with_aggregation(sets, "targets:mean"))
            self.assertEqual(
                [(round(each.loss, 9), each.n_replicates) for each in losses], [(11, 3), (21, 3)]
            )
            simulated = service.submit_replicates(replicates(beta=0.5))
            targets = ("targets:mean", "targets:distance", "targets:not_a_number")
            mean, distance, failed = service.gather(
                [service.submit_aggregation(simulated, target, bundle, "any") for target in targets]
            )
            self.assertEqual(mean.loss, 51)
            self.assertEqual(
                distance.diagnostics["task_ids"], sorted(each.result().task_id for each in simulated)
            )
            self.assertEqual(len(json.loads(distance.outputs["losses"].inline)), 3)
            self.assertIn("The loss is nan", failed.reason)
            (error,) = service.gather(
                [service.submit_replicate_set(replicates(beta=0.5, fails=True), targets[0])]
            )
            self.assertIsInstance(error, SimulationFailed)
            last = service.submit_replicate_set(replicates(beta=0.6), "targets:mean")
        self.assertEqual(round(last.result().loss, 9), 61)

    def test_many_threads_submit_to_one_service(self):
        with self.client.service() as service:
            answers = {}

            def ask(n):
                answers[n] = service.gather(
                    [service.submit(self.sim_task(x=1 + n % 3, y=-2)) for _ in range(2)]
                )

            threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            said = {n: {each.outputs["loss"].inline for each in each_of} for n, each_of in answers.items()}
            self.assertEqual(said, {n: {str((n % 3) ** 2).encode()} for n in range(6)})


if __name__ == "__main__":
    unittest.main(verbosity=2)
