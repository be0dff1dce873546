"""Feeds a pool of processes, each of which runs one task: `python pool_driver.py <kind> <processes> <bundle>`.

kind `process_pool_executor`: concurrent.futures.ProcessPoolExecutor(max_tasks_per_child=1), start method spawn, since
it refuses fork. kind `multiprocessing_pool`: multiprocessing.Pool(maxtasksperchild=1) with the platform's start method.
Reads tasks `{"id", "entrypoint", "params", "seed"}` line by line and answers each with one line
`{"id", "submitted_ns", "answered_ns", "report" | "error"}`; the end of standard input ends it. Nothing imports the
model here, so that each process pays for its own import.
"""

import json
import os
import sys
import threading
import time


def run_task(bundle, task):
    os.chdir(bundle)
    sys.path.insert(0, bundle)
    import mops_cold_bench_wire

    return mops_cold_bench_wire.wire(task["entrypoint"], task["params"], task["seed"])


def main():
    kind, processes, bundle = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a simulation prints is no answer
    lock = threading.Lock()
    submit, close = {"process_pool_executor": _executor, "multiprocessing_pool": _pool}[kind](processes)

    def answer(message):
        with lock:
            answers.write(json.dumps(message) + "\n")
            answers.flush()

    def handle(line):
        task = json.loads(line)
        times = {"id": task["id"], "submitted_ns": time.monotonic_ns()}

        def succeeded(outputs):
            times["answered_ns"] = time.monotonic_ns()
            report = outputs.get("mops_cold_bench", b"null") if isinstance(outputs, dict) else b"null"
            answer({**times, "report": json.loads(report)})

        def failed(error):
            answer({**times, "answered_ns": time.monotonic_ns(), "error": f"{type(error).__name__}: {error}"})

        submit(bundle, task, succeeded, failed)

    # Not sys.stdin: the pool forks while this thread reads, and the child would wait for ever for the lock of a reader.
    pending = b""
    while True:
        data = os.read(0, 65536)
        if not data:
            break
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            handle(line)
    close()


def _executor(processes):
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(processes, mp_context=context, max_tasks_per_child=1)

    def submit(bundle, task, succeeded, failed):
        def ended(future):
            error = future.exception()
            failed(error) if error else succeeded(future.result())

        executor.submit(run_task, bundle, task).add_done_callback(ended)

    return submit, lambda: executor.shutdown(wait=True, cancel_futures=True)


def _pool(processes):
    import multiprocessing

    pool = multiprocessing.Pool(processes, maxtasksperchild=1)

    def submit(bundle, task, succeeded, failed):
        pool.apply_async(run_task, (bundle, task), callback=succeeded, error_callback=failed)

    return submit, pool.terminate


if __name__ == "__main__":
    main()
