import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ForkRefused } from '../../simulation/fork-refused.js';
import type { RunRequest } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import { createAttemptFolder } from '../place/attempt-folder.js';
import type { LeftFiles } from '../place/copy-left-files.js';
import { makeReadOnly } from '../place/make-read-only.js';
import { removeFolder } from '../place/remove-folder.js';
import { sealFolder } from '../place/seal-folder.js';
import { taskEnvironment } from '../place/task-environment.js';
import { type TaskUser, takeUser } from '../place/task-user.js';
import { workingFolders, workingFoldersIn } from '../place/working-folders.js';
import { ForkFailed } from '../process/fork-failed.js';
import { importsAhead } from '../process/imports-ahead.js';
import { CannotExecute, type Prepared, type RunnerProcess, startRunner } from '../process/runner-process.js';
import { wireLine } from '../process/wire-line.js';
import type { WarmedRequest } from '../warm-up/warm-up.js';
import { filesBelow } from './files-below.js';
import { leftFiles } from './left-files.js';

/** A process that has imported a bundle's wire function, runs no task itself, and is forked for each. */
export interface Template {
  process: RunnerProcess;
  /** The HOME in which it was imported, if anything is there: each task's HOME begins as a copy of it. */
  home: string | undefined;
  /** What its import has written elsewhere: each task has a copy. */
  left: LeftFiles;
  /** As whom it runs, and what is forked from it. */
  user: TaskUser;
  /** Ends it, and what was forked from it. */
  dispose(): Promise<void>;
}

/**
 * An import that takes longer is better paid where the task's time limit watches it: this time comes before that, and
 * must be small beside it.
 */
const mostPatienceMs = 60_000;
const partOfTheLimit = 0.1;
const named = 5;

/**
 * @throws ForkRefused when what the import leaves behind is not safe to be forked, or it cannot be imported without a task
 * @throws ForkFailed when it was ended meanwhile
 */
export async function startTemplate(context: ExecutorContext, request: WarmedRequest): Promise<Template> {
  if (process.platform !== 'linux') throw new ForkRefused(`it needs Linux, this is ${process.platform}`);
  const own = await takeUser(context, request);
  if (own.refused) throw new ForkRefused(own.refused.message);
  const { user, network = true } = own;
  const folder = createAttemptFolder(context.folder.path, randomUUID(), user);
  const { memoryLimitBytes } = request;
  let isUsed = false;
  let runner: RunnerProcess | undefined;
  const dispose = async () => {
    await runner?.retire('stop');
    await removeFolder(folder);
  };
  try {
    await workingFolders(context, folder, user, request);
    const before = await filesBelow(folder);
    const supervisor = context.supervisor();
    isUsed = true;
    runner = await startRunner(supervisor, {
      ...(user !== undefined && { user, network }),
      view: own.view(),
      interpreter: request.environment,
      fixedAddresses: request.fixedAddresses ?? false,
      env: taskEnvironment(request, folder, context, user),
      cwd: join(folder, 'bundle'),
      memoryLimitBytes,
      forks: true,
    });
    const told = await imported(runner, request, join(folder, 'bundle'));
    // From here on not even the template itself can replace anything there.
    if (user !== undefined) for (const each of workingFoldersIn(folder)) sealFolder(each, user, user);
    // A process that is started anew would find these in folders of its own.
    const left = leftFiles(before, await filesBelow(folder), told.opened);
    if (left.refused.length > 0) {
      const lines = new Set(left.refused.flatMap((path) => told.written_by[path] ?? []));
      throw refused(request, `writes files (${listed(left.refused)})`, [...lines]);
    }
    // Modules know these folders, by their `__file__` or from HOME: what a task finds there, no other task is to have written.
    if (user === undefined) await makeReadOnly(folder);
    await tryFork(context, runner, memoryLimitBytes);
    return {
      process: runner,
      home: left.inHome || request.warmUp ? join(folder, 'home') : undefined,
      left: { folder, paths: left.copied },
      user: own,
      dispose,
    };
  } catch (error) {
    if (user !== undefined && !isUsed) context.supervisor().users.giveBack(user);
    await dispose();
    throw error instanceof CannotExecute ? new ForkRefused('its interpreter cannot be executed') : error;
  }
}

/** Whatever else keeps a forked process from beginning, or leaving, shows before a task depends on it. */
async function tryFork(
  context: ExecutorContext,
  template: RunnerProcess,
  memoryLimitBytes: number,
): Promise<void> {
  try {
    const trial = await startRunner(context.supervisor(), { template: template.name, memoryLimitBytes });
    const end = await trial.retire('release');
    if (end?.exit_code === 0 && end.limit === null) return;
    const how = end?.limit ?? end?.signal ?? `exit code ${end?.exit_code}`;
    throw new ForkFailed(`a forked process that had nothing to do ended with ${how}`);
  } catch (error) {
    if (!(error instanceof ForkFailed)) throw error;
    // Had it been ended by anything but this, another template may do better.
    if ((await template.retire('stop'))?.limit !== 'stopped') throw error;
    throw new ForkRefused(`forking does not work after its import: ${error.message}`);
  }
}

async function imported(
  runner: RunnerProcess,
  request: RunRequest,
  copy: string,
): Promise<Extract<Prepared, { type: 'prepared' }>> {
  const line = JSON.stringify({
    template: {
      bundle: copy,
      wire: wireLine(request),
      imports: importsAhead(request),
      trace: isTraced(request),
    },
  });
  const patienceMs = Math.min(mostPatienceMs, request.timeoutMs * partOfTheLimit);
  const told = await Promise.race([runner.prepare(line), delay(patienceMs, 'late' as const, { ref: false })]);
  if (told === 'late') throw new ForkRefused(`its import takes longer than ${patienceMs / 1000} s`);
  if (told === undefined) throw new ForkFailed('the supervisor of the Python processes has ended');
  if ('event' in told) throw endedInstead(told);
  if (told.cannot_fork !== '') throw refused(request, told.cannot_fork, told.lines);
  return told;
}

/** Whoever checks a bundle wants to know the line that is to be changed; tasks want their modules compiled as they are. */
function isTraced({ check }: RunRequest): boolean {
  return check !== undefined;
}

/**
 * @param does what its import does, as the rest of a sentence
 * @param lines of the bundle that do it, where it was traced
 */
function refused(request: RunRequest, does: string, lines: string[]): ForkRefused {
  const cure = 'let a function do that which each task calls';
  if (!isTraced(request)) {
    return new ForkRefused(`its import ${does}. As \`mops-cold bundle check\` tells the line, ${cure}`);
  }
  if (lines.length > 0) return new ForkRefused(`its import ${does}, in ${listed(lines)}: ${cure}`);
  return new ForkRefused(
    `its import ${does}, and no line of the bundle does that but what installed packages import: leave start_method out of its metadata`,
  );
}

/** What the import did to itself it would do again; not so what was done to it. */
function endedInstead({ limit, signal }: Extract<Prepared, { event: 'ended' }>): Error {
  if (limit === 'memory') return new ForkRefused('its import takes more memory than a task may have');
  if (limit !== null || signal === 'SIGKILL' || signal === 'SIGTERM') {
    return new ForkFailed(`the process that imported it was ended (${limit ?? signal})`);
  }
  return new ForkRefused('it cannot be imported before there is a task');
}

function listed(paths: string[]): string {
  const more = paths.length > named ? ` and ${paths.length - named} more` : '';
  return `${paths.slice(0, named).join(', ')}${more}`;
}
