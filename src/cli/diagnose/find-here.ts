import { availableParallelism } from 'node:os';
import { builtAhead } from '../../connections/built-ahead.js';
import { openCache } from '../../connections/open-bundles.js';
import { diagnose } from '../../diagnosis/diagnose.js';
import type { Diagnosis } from '../../diagnosis/diagnosis.js';
import type { CliContext } from '../cli-context.js';
import { createReporter } from '../terminal/create-reporter.js';
import type { Output } from '../terminal/output.js';
import type { DiagnoseOptions } from './diagnose-options.js';
import type { TasksToDiagnose } from './read-tasks-to-diagnose.js';

/** Diagnoses on this machine. */
export async function findHere(
  output: Output,
  context: CliContext,
  { tasksAtOnce, shuffleSeed }: DiagnoseOptions,
  { settings, bundle, tasks }: TasksToDiagnose,
): Promise<Diagnosis> {
  const held = await openCache(settings, await bundle.source()).ensureLocal(bundle.ref, context.signal);
  return diagnose(
    settings,
    held,
    tasks,
    {
      atOnce: tasksAtOnce ?? Math.min(availableParallelism(), 4),
      ...(shuffleSeed !== undefined && { shuffleSeed }),
      ...(bundle.kind === 'reference' && { builtAhead: builtAhead(settings, context, output.note) }),
    },
    createReporter(output),
    context.signal,
  ).finally(held.release);
}
