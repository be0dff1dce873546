import type { InvocationResult, TypedData } from '../rpc.js';

// The real worker's answer leaves over HTTP/2 some turns of the event loop after the last hook, and a large one needs
// the host's window updates. An app that exits too soon loses it (measured on the real worker, received of runs):
//   from postInvocation: at once, microtask, nextTick, setImmediate, setTimeout 0    0 of 15 each
//   two setImmediates: 40 of 40 when the result is empty, 0 of 15 with 200 KB
//   10 ms: 40 of 40 empty, 15 of 15 with 200 KB, 0 of 25 with 2 MB;   50 ms: 25 of 25 with 2 MB
// A message between Node processes is written at once, and would forgive all of that. So it is held back as long as
// keeps the table true, but for the two setImmediates, which lose the answer here: the safe side.
const baseMs = 2;
const bytesPerMs = 100_000;

/** Milliseconds for which an answer is not yet on its way, once it is complete. */
export function responseDelay(result: InvocationResult): number {
  if (!result.succeeded) return baseMs;
  const values = [result.returnValue, ...result.outputData.map((output) => output.data)];
  const bytes = values.reduce((sum, value) => sum + size(value), 0);
  return baseMs + Math.floor(bytes / bytesPerMs);
}

function size(data: TypedData | null | undefined): number {
  if (!data) return 0;
  const own = (data.string?.length ?? 0) + (data.json?.length ?? 0) + (data.bytes?.length ?? 0);
  return own + size(data.http?.body);
}
