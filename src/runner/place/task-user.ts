import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Boundary } from '../../contracts/result/boundary.js';
import { type View, type ViewStep, viewOf } from '../../files/view-of.js';
import type { RunRequest } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import { CannotExecute } from '../process/runner-process.js';
import { compileForUsers } from './compile-for-users.js';
import { needsOfTask } from './needs-of-task.js';
import { whyOutOfReach } from './why-out-of-reach.js';

/** As which user a process runs, and what the proof says of that. */
export interface TaskUser {
  /** A user of its own, with a group of the same number; undefined: the app's. */
  user: number | undefined;
  /** Whether that one may use the network. */
  network?: boolean;
  /**
   * What it finds in closed folders.
   *
   * @param folder its only one below the worker's; without it, it finds all whose names it knows
   */
  view(folder?: string): ViewStep[];
  attested: Boundary;
  /** It cannot have one, and must. */
  refused?: CannotExecute;
}

/** Views, and where the worker's folder really is. */
const known = new Map<string, { view: View; around: string }>();

/**
 * Takes a user for a process that is about to be started. The supervisor has it back when nothing of it is left; one that is not used is to be given back.
 *
 * @param programs folders of the app's Python files that the process executes besides the runner's
 */
export async function takeUser(
  context: ExecutorContext,
  { environment, bundle, executor }: Pick<RunRequest, 'environment' | 'bundle' | 'executor'>,
  programs: string[] = [],
): Promise<TaskUser> {
  const supervisor = context.supervisor();
  const boundary = await supervisor.boundary;
  const none = { user: undefined, view: () => [] };
  // One that has ended says so to whoever starts something.
  if (boundary === undefined) return { ...none, attested: { user: null, why: 'the supervisor has ended' } };
  const worker = context.folder.path;
  const needed = [...environment.reads, ...programs];
  const key = [worker, ...needed].join('\0');
  const { view, around } = known.get(key) ?? {
    view: viewOf(needsOfTask({ reads: needed }, worker)),
    around: realpathSync(worker),
  };
  const why = whyOutOfReach(boundary, view);
  if (why === '') {
    // What is in reach stays so, as far as the app is concerned; what is not, somebody may mend.
    known.set(key, { view, around });
    await compileForUsers(environment, programs);
    const user = await supervisor.users.take();
    // Under `direct` one process is there for all bundles.
    const asksForNone = bundle.metadata.network === false && executor !== 'direct';
    const network = asksForNone && boundary.closesNetwork ? ('none' as const) : undefined;
    return {
      user,
      network: network === undefined,
      view: (folder) => (folder === undefined ? view.steps : narrowed(view.steps, around, folder)),
      attested: {
        user,
        ...(boundary.ownIpc && { own_ipc: true }),
        ...(boundary.hidesProcesses && { hides_processes: true }),
        ...(boundary.ownPids && { own_pids: true }),
        ...(network && { network }),
      },
    };
  }
  const attested = { user: null, why };
  if (!context.requireSandbox) return { ...none, attested };
  const refused = new CannotExecute(
    `MODELOPS_REQUIRE_SANDBOX asks for a user of its own for every simulation, and here it would run as the app's: ${why}. Make that possible, or unset the setting`,
  );
  return { ...none, attested, refused };
}

/** With one folder in the place of the one that holds it. */
function narrowed(steps: ViewStep[], around: string, folder: string): ViewStep[] {
  const path = join(around, basename(folder));
  return steps.map((step) =>
    'show' in step && step.show === around ? { ...step, show: path, at: path } : step,
  );
}
