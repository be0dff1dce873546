import type { Boundary } from '../../contracts/result/boundary.js';
import type { RunRequest } from '../../simulation/ports.js';
import type { ExecutorContext } from '../executor-context.js';
import { CannotExecute } from '../process/runner-process.js';
import { compileRunner } from './compile-runner.js';
import { whyOutOfReach } from './why-out-of-reach.js';

/** As which user a process runs, and what the proof says of that. */
export interface TaskUser {
  /** A user of its own, with a group of the same number; undefined: the app's. */
  user: number | undefined;
  /** Whether that one may use the network. */
  network?: boolean;
  attested: Boundary;
  /** It cannot have one, and must. */
  refused?: CannotExecute;
}

/**
 * Takes a user for a process that is about to be started. The supervisor has it back when nothing of it is left; one that is not used is to be given back.
 */
export async function takeUser(
  context: ExecutorContext,
  { environment, bundle, executor }: Pick<RunRequest, 'environment' | 'bundle' | 'executor'>,
): Promise<TaskUser> {
  const supervisor = context.supervisor();
  const boundary = await supervisor.boundary;
  // One that has ended says so to whoever starts something.
  if (boundary === undefined)
    return { user: undefined, attested: { user: null, why: 'the supervisor has ended' } };
  const why = boundary.withoutUsers || whyOutOfReach([context.folder.path, environment.python]);
  if (why === '') {
    await compileRunner(environment);
    const user = await supervisor.users.take();
    // Under `direct` one process is there for all bundles.
    const asksForNone = bundle.metadata.network === false && executor !== 'direct';
    const network = asksForNone && boundary.closesNetwork ? ('none' as const) : undefined;
    return {
      user,
      network: network === undefined,
      attested: { user, ...(boundary.ownIpc && { own_ipc: true }), ...(network && { network }) },
    };
  }
  const attested = { user: null, why };
  if (!context.requireSandbox) return { user: undefined, attested };
  const refused = new CannotExecute(
    `MODELOPS_REQUIRE_SANDBOX asks for a user of its own for every simulation, and here it would run as the app's: ${why}. Make that possible, or unset the setting`,
  );
  return { user: undefined, attested, refused };
}
