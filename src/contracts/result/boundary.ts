import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';

/** What stood between a simulation and the app, and other simulations. */
export const Boundary = z.object({
  /** The user that it ran as, of its own: no other process had it at that time. Null: it ran as the app's. */
  user: wholeNumberFrom(1).nullable(),
  /** Why it ran as the app's, as the rest of a sentence. */
  why: z.string().exactOptional(),
  /** It was forked from a process that ran as the same user, as others may have been. */
  shared: z.literal(true).exactOptional(),
  /** System V's and POSIX' shared memory, semaphores and queues were its own, and are gone with it. */
  own_ipc: z.literal(true).exactOptional(),
  /** In /proc it found no processes but those of its own user. */
  hides_processes: z.literal(true).exactOptional(),
  /** Its user had a pid namespace of its own: it could name no process of others, by no call. */
  own_pids: z.literal(true).exactOptional(),
  /** It had no network, as its bundle says that it needs none; absent where it had. */
  network: z.literal('none').exactOptional(),
});
export type Boundary = z.infer<typeof Boundary>;
