import { setMaxListeners } from 'node:events';
import type { RunningHost } from '../local-host/running-host.js';

/**
 * Does work that needs a host, and stops the host afterwards.
 *
 * @param work gets a signal that is aborted by `signal`, and when the host ends by itself
 * @throws Error that says how the host ended, when it did.
 */
export async function whileHosted<Result>(
  host: RunningHost,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController();
  let done = false;
  void host.exited.then(({ reason }) => {
    if (!done) ended.abort(new Error(`Cannot go on: the host of the app has ended: ${reason}`));
  });
  const stillHosted = AbortSignal.any([signal, ended.signal]);
  setMaxListeners(0, stillHosted); // one for each of many requests at once
  try {
    return await work(stillHosted);
  } catch (error) {
    // Work that was cut short fails in ways of its own; why it was cut short is the reason.
    throw ended.signal.aborted ? ended.signal.reason : error;
  } finally {
    done = true;
    await host.stop();
  }
}
