import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Boundary } from '../../contracts/result/boundary.js';
import type { FilledCache } from '../../contracts/result/filled-cache.js';
import type { RunRequest } from '../../simulation/ports.js';
import { filledCaches } from '../caches/filled-caches.js';
import type { ExecutorContext } from '../executor-context.js';
import { importsAhead } from '../process/imports-ahead.js';
import { CannotExecute, type RunnerProcess, startRunner } from '../process/runner-process.js';
import { wireLine } from '../process/wire-line.js';
import type { WarmedRequest } from '../warm-up/warm-up.js';
import { createAttemptFolder } from './attempt-folder.js';
import { copyLeftFiles, type LeftFiles } from './copy-left-files.js';
import { makeWorkingCopy } from './make-working-copy.js';
import { handOver, makeFolders } from './own-folders.js';
import { placeInputs } from './place-inputs.js';
import { removeFolder, removeWatched } from './remove-folder.js';
import { taskEnvironment } from './task-environment.js';
import { type TaskUser, takeUser } from './task-user.js';
import { copyBundle } from './working-copy.js';
import { workingFoldersIn } from './working-folders.js';

/** Folders of one run, and nobody else's. */
export interface RunPlace {
  /** Its private copy of the bundle, as its process finds it. */
  bundle: string;
  artifacts: string;
  /** Where its process finds the results that an aggregation is made from; there for no other task. */
  inputs: string;
  log: string;
  /** For a process that was not started with it, the environment in which its task runs. */
  env?: Record<string, string>;
  /** As whom its process runs. */
  boundary: Boundary;
  /** The caches of libraries that its task has filled. To be called before the folders go. */
  filledCaches(): Promise<FilledCache[]>;
  /** Removes the folders. */
  dispose(): Promise<void>;
}

/** A Python process in a place of its own, for exactly one task. */
export type PlacedRunner = RunPlace & {
  process: RunnerProcess;
  /** Whether it has loaded what it is to load before there is a task. */
  loaded: Promise<boolean>;
};

/**
 * Makes a place for one task and starts a process there.
 *
 * @param ahead whether there is no task yet
 */
export type PlaceRunner = (when: {
  ahead: boolean;
}) => Promise<PlacedRunner | (RunPlace & { cannotExecute: CannotExecute })>;

/** A process that has imported the model. */
export interface ForkedFrom {
  name: string;
  /** Holds what the import has written there, if anything. */
  home: string | undefined;
  /** What it has written elsewhere. */
  left: LeftFiles;
  /** What is forked from it runs as the same user. */
  user: TaskUser;
}

const loaded = Promise.resolve(true);

/**
 * Makes a place and starts a process there, which then waits for its task.
 *
 * @param ahead whether there is no task yet: the process then loads the bundle meanwhile
 * @param template from which it is forked, if it is not to be started anew
 * @param program what it executes in the place of the runner, if anything: what it needs to read for that, and its arguments when its folders are there
 * @throws on trouble that may pass; that the interpreter can never be executed is an answer.
 */
export async function placeRunner(
  context: ExecutorContext,
  request: WarmedRequest,
  {
    ahead,
    template,
    program,
  }: {
    ahead: boolean;
    template?: ForkedFrom;
    program?: {
      reads: string[];
      argv(place: Pick<RunPlace, 'bundle' | 'artifacts'>): Promise<string[]>;
    };
  },
): ReturnType<PlaceRunner> {
  const { environment, memoryLimitBytes, bundle, fixedAddresses = false } = request;
  // What a template has imported knows the template's folders.
  const seenAt = template === undefined ? await context.supervisor().place : undefined;
  const own = template?.user ?? (await takeUser(context, request, program?.reads));
  const { user, network = true, attested, refused } = own;
  // Whose attempt it will be is not known of a process that is started ahead.
  const folder = createAttemptFolder(context.folder.path, ahead ? randomUUID() : request.attempt, user);
  const at = (name: string) => join(folder, name);
  const env = taskEnvironment(request, seenAt ?? folder, context, user);
  const began = { bundle: bundle.path, home: template ? template.home : request.warmUp?.home };
  const place: RunPlace = {
    bundle: join(seenAt ?? folder, 'bundle'),
    artifacts: at('artifacts'),
    inputs: join(seenAt ?? folder, 'inputs'),
    log: at('log'),
    boundary: template && user !== undefined ? { ...attested, shared: true } : attested,
    // One that was started for it has it already.
    ...(template !== undefined && { env }),
    filledCaches: () => filledCaches({ bundle: at('bundle'), home: at('home') }, began),
    // What was forked from the same template may still run, and put links where folders were.
    dispose: () => (template && user !== undefined ? removeWatched(folder) : removeFolder(folder)),
  };
  let isUsed = template !== undefined;
  const start = async () => {
    const supervisor = context.supervisor();
    isUsed = true;
    return startRunner(supervisor, {
      memoryLimitBytes,
      ...(template === undefined
        ? {
            ...{ interpreter: environment, env, cwd: place.bundle, fixedAddresses },
            ...(user !== undefined && { user, network }),
            view: [
              ...own.view(folder),
              ...(seenAt !== undefined ? [{ show: folder, at: seenAt, read_only: false }] : []),
            ],
            ...(program && { program: await program.argv(place) }),
          }
        : { template: template.name }),
    });
  };
  const folders = [...workingFoldersIn(folder), place.artifacts];
  // What a template has imported needs no bytecode any more.
  const copy = async () => {
    if (began.home !== undefined) await copyBundle(began.home, at('home'), user);
    if (request.aggregate) await placeInputs(request.aggregate, at('inputs'), user !== undefined);
    if (template === undefined) await makeWorkingCopy(context.bytecode, request, at('bundle'), user);
    else {
      await copyBundle(bundle.path, at('bundle'), user);
      await copyLeftFiles(template.left, folder, user);
    }
    handOver(folders, user);
  };
  try {
    makeFolders(folders);
    if (refused) return { ...place, cannotExecute: refused };
    // The interpreter starts while its working copy is made; it waits to be told before it looks at it. A program does not.
    const ready = copy();
    const [started, copied] = await Promise.allSettled([program ? ready.then(start) : start(), ready]);
    if (copied.status === 'rejected') {
      if (started.status === 'fulfilled') await started.value.retire('stop');
      throw copied.reason;
    }
    if (started.status === 'rejected') {
      if (!(started.reason instanceof CannotExecute)) throw started.reason;
      return { ...place, cannotExecute: started.reason };
    }
    const process = started.value;
    const loads = ahead && template === undefined && bundle.metadata.import_early !== false;
    return {
      ...place,
      process,
      loaded: loads ? load(process, request, place.bundle) : loaded,
    };
  } catch (error) {
    if (user !== undefined && !isUsed) context.supervisor().users.giveBack(user);
    await place.dispose();
    throw error;
  }
}

async function load(process: RunnerProcess, request: RunRequest, folder: string): Promise<boolean> {
  const line = JSON.stringify({
    prepare: { bundle: folder, wire: wireLine(request), imports: importsAhead(request) },
  });
  const told = await process.prepare(line);
  return told !== undefined && 'type' in told;
}
