import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { NoLongerWanted } from '../../simulation/no-longer-wanted.js';
import type { Program, ProgramReport } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import { placeRunner } from '../place/place-runner.js';
import type { WarmedRequest } from '../warm-up/warm-up.js';

const lookMs = 200;
/** Of all its tasks together, if they are many: what ends it is the time without a sign of life. */
const longestMs = 24 * 60 * 60 * 1000;

/**
 * Runs a program in the place of the runner: a working copy, folders, environment and memory as a task has them. The time of one
 * task is the longest that it may take without a sign of life.
 *
 * @throws the signal's reason when it is aborted; an error when the program cannot be started
 */
export async function runProgram(
  context: ExecutorContext,
  request: WarmedRequest,
  { script, input, pulse }: Program,
  signal: AbortSignal,
): Promise<ProgramReport> {
  const runner = await placeRunner(context, request, {
    ahead: false,
    program: {
      reads: [dirname(script)],
      async argv({ bundle, artifacts }) {
        const path = join(dirname(artifacts), 'input.json');
        await writeFile(path, stringifyJson(input({ bundle, outputs: artifacts })));
        return [script, path];
      },
    },
  });
  try {
    if ('cannotExecute' in runner) throw runner.cannotExecute;
    const ending = new AbortController();
    let stalled = false;
    const watch = setInterval(
      stallWatch(join(runner.artifacts, pulse), request.timeoutMs, () => {
        stalled = true;
        ending.abort(new NoLongerWanted('it has given no sign of life'));
      }),
      lookMs,
    );
    const record = await runner.process
      .run(
        {
          task: '{}',
          timeoutMs: longestMs,
          graceMs: context.graceMs,
          logPath: runner.log,
          logHead: '',
          last: true,
        },
        AbortSignal.any([signal, ending.signal]),
      )
      .finally(() => clearInterval(watch));
    signal.throwIfAborted();
    const { end } = record;
    if (end.event !== 'ended')
      throw new Error('Cannot tell how the program ended: it waits for another task.');
    return {
      outputs: runner.artifacts,
      exit: { code: end.exit_code, signal: end.signal },
      limit: stalled
        ? 'timed-out'
        : end.limit === 'memory' || end.oom_killed_by_kernel
          ? 'out-of-memory'
          : undefined,
      stderrTail: end.stderr_tail,
      stack: end.stack,
      peakMemoryBytes: end.peak_memory_bytes,
      dispose: runner.dispose,
    };
  } catch (error) {
    await runner.dispose();
    throw error;
  }
}

function stallWatch(path: string, withinMs: number, onStall: () => void): () => void {
  let seen = -1;
  let at = performance.now();
  return () => {
    const size = sizeOf(path) ?? seen;
    if (size !== seen) [seen, at] = [size, performance.now()];
    else if (performance.now() - at > withinMs) onStall();
  };
}

/** Undefined where the program has made it something that cannot be looked at, which is no sign of life. */
function sizeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return undefined;
  }
}
