import { availableParallelism } from 'node:os';
import { builtAhead } from '../../connections/built-ahead.js';
import { openCache, openStore } from '../../connections/open-bundles.js';
import type { OpenStorage } from '../../connections/open-storage.js';
import type { HereOptions, HereSources } from '../../reproduction/reproduce-here.js';
import type { CliContext } from '../cli-context.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';

/** Runs tasks of a job on this machine, with their bundles from the store, and shows how far that is. */
export async function runAgainHere<T>(
  output: Output,
  context: CliContext,
  { settings }: Pick<OpenStorage, 'settings'>,
  { title, tasksAtOnce }: { title: string; tasksAtOnce?: number | undefined },
  run: (from: HereSources, options: Required<Pick<HereOptions, 'atOnce' | 'onProgress'>>) => Promise<T>,
): Promise<T> {
  const bundles = openCache(settings, await openStore(settings, context));
  const progress = createProgress(output.progress, title);
  return run(
    { settings, bundles, builtAhead: builtAhead(settings, context, output.note) },
    {
      atOnce: tasksAtOnce ?? Math.min(availableParallelism(), 4),
      onProgress: (done, total) => progress.update({ done, total }),
    },
  ).finally(() => progress.end());
}
