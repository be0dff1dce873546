"""Run by python-client.test.ts, over a running app."""

import asyncio
import itertools
import os
import unittest
from dataclasses import replace

from mops_cold import AsyncClient

BUNDLE = os.environ["TEST_BUNDLE"]


class Awaited(unittest.IsolatedAsyncioTestCase):
    async def test_a_job_is_submitted_watched_and_read(self):
        async with AsyncClient.from_env() as client:
            job = await client.submit(
                BUNDLE, "tables.made/loss", [{"x": 1, "y": y} for y in range(3)], seeds=[3]
            )
            status = await job.watch(timeout=300, progress=False)
            self.assertEqual((status.state, await job.status()), ("succeeded", status))
            self.assertEqual((await job.output("loss"))["value"].tolist(), [4, 9, 16])
            self.assertEqual(
                (await (await client.job(job.id)).results())["outcome"].tolist(), ["succeeded"] * 3
            )
            self.assertEqual((await job.task(y=1)).output("loss"), 9)

    async def test_simulations_run_at_once_and_one_that_is_cancelled_is_cancelled_in_the_app(self):
        async with (
            AsyncClient.from_env() as client,
            await client.simulation(BUNDLE, "tables.made/loss", "loss") as loss,
        ):
            self.assertEqual(await asyncio.gather(loss(x=1, y=5), loss(x=1, y=6)), [49, 64])
            job = loss.sync._session.job_id
            unwanted = asyncio.create_task(loss(x=1, y=7, sleep=300))
            await asyncio.sleep(0)  # before it is sent, or not before
            unwanted.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await unwanted
            for _ in range(600):
                status = await (await client.job(job)).status()
                if status.outcomes.get("cancelled"):
                    break
                await asyncio.sleep(0.1)
            self.assertEqual(dict(status.outcomes), {"succeeded": 2, "cancelled": 1})

    async def test_a_watch_that_is_cancelled_ends_at_once_and_leaves_the_job_alone(self):
        async with AsyncClient.from_env() as client:
            job = await client.submit(BUNDLE, "tables.made/series", [{"beta": 0.77}], replicates=3)
            (status, _), watched = next(job.sync._watched(None)), job.sync._watched
            job.sync._watched = lambda timeout: itertools.repeat((replace(status, pending=1), 3600.0))
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(job.watch(progress=False), 0.2)
            job.sync._watched = watched
            self.assertEqual((await job.watch(timeout=300, progress=False)).succeeded, 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
