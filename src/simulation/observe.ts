import type { Delivery } from './delivery.js';
import type { Handled } from './handled.js';
import type { Passage } from './passage.js';
import type { SimulationContext } from './simulation-context.js';
import { createStopwatch, type Stopwatch } from './stopwatch.js';
import type { TaskInHand } from './task-in-hand.js';

/** What a delivery's way leaves for whoever watches. */
export interface Seen {
  stopwatch: Stopwatch;
  /** Set as soon as the task is known. */
  hand?: TaskInHand;
}

/** Goes the way of a delivery and, however it ends, tells of it once. */
export async function observed(
  context: SimulationContext,
  queue: Passage['queue'],
  delivery: Delivery,
  way: (seen: Seen) => Promise<Handled>,
): Promise<Handled> {
  const arrivedAt = context.now().getTime();
  const seen: Seen = { stopwatch: createStopwatch() };
  const tell = (ended: Passage['ended']) =>
    context.observe({
      queue,
      delivery,
      arrivedAt,
      tookMs: seen.stopwatch.elapsedMs(),
      stages: seen.stopwatch.stages(),
      hand: seen.hand,
      ended,
    });
  try {
    const handled = await way(seen);
    tell({ handled });
    return handled;
  } catch (error) {
    tell({ error });
    throw error;
  }
}
