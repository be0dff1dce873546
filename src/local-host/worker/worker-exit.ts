import type { ChildProcess } from 'node:child_process';
import type { WorkerExit } from './worker-process.js';

// A process that was started by the worker and still holds its channel must not keep the exit from being seen.
const lastMessagesMs = 1_000;

/** Settles when the process is gone and its last messages, which Node may deliver after `exit`, have been read. */
export async function workerExit(child: ChildProcess): Promise<WorkerExit> {
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const exit = await new Promise<WorkerExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => {
      if (child.pid === undefined) resolve({ code: null, signal: null }); // it never started
    });
  });
  if (child.connected) {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      disconnected,
      new Promise((resolve) => (timer = setTimeout(resolve, lastMessagesMs))),
    ]);
    clearTimeout(timer);
  }
  return exit;
}
