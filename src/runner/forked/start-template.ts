import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ForkRefused } from '../../simulation/fork-refused.js';
import type { RunRequest } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import { removeFolder } from '../place/remove-folder.js';
import { taskEnvironment } from '../place/task-environment.js';
import { workingFolders } from '../place/working-folders.js';
import { CannotExecute, type RunnerProcess, startRunner } from '../process/runner-process.js';
import { makeReadOnly } from './make-read-only.js';

/** A process that has imported a bundle's wire function, runs no task itself, and is forked for each. */
export interface Template {
  process: RunnerProcess;
  /** Ends it, and what was forked from it. */
  dispose(): Promise<void>;
}

/** An import that takes longer is better paid where a time limit watches it. */
const patienceMs = 60_000;

/** @throws ForkRefused when what the import leaves behind is not safe to be forked, or it cannot be imported without a task */
export async function startTemplate(context: ExecutorContext, request: RunRequest): Promise<Template> {
  if (process.platform !== 'linux') throw new ForkRefused(`it needs Linux, this is ${process.platform}`);
  const folder = join(context.folder.path, 'processes', randomUUID());
  const copy = join(folder, 'bundle');
  let runner: RunnerProcess | undefined;
  const dispose = async () => {
    await runner?.retire('stop');
    await removeFolder(folder);
  };
  await mkdir(folder, { recursive: true });
  try {
    await workingFolders(context, folder, request);
    runner = await startRunner(context.supervisor(), {
      python: request.environment.python,
      env: taskEnvironment(request.task, folder, context.threadsPerTask, context.folder.name),
      cwd: copy,
      memoryLimitBytes: request.memoryLimitBytes,
      forks: true,
    });
    await imported(runner, request, copy);
    // Modules know this copy by their `__file__`: what a task reads there, no other task is to have written.
    await makeReadOnly(copy);
    return { process: runner, dispose };
  } catch (error) {
    await dispose();
    throw error instanceof CannotExecute ? new ForkRefused('its interpreter cannot be executed') : error;
  }
}

async function imported(runner: RunnerProcess, { bundle }: RunRequest, copy: string): Promise<void> {
  const line = JSON.stringify({ template: { bundle: copy, wire: bundle.metadata.wire ?? null } });
  const told = await Promise.race([runner.prepare(line), delay(patienceMs, 'late' as const, { ref: false })]);
  if (told === 'late') throw new ForkRefused(`its import takes longer than ${patienceMs / 1000} s`);
  if (told === undefined) throw new ForkRefused('it cannot be imported before there is a task');
  if (told.cannot_fork !== '') throw new ForkRefused(`its import ${told.cannot_fork}`);
}
