import type { Delivery } from './delivery.js';
import type { DeliveryResult } from './delivery-result.js';
import type { Observation } from './observation.js';
import type { SimulationContext } from './simulation-context.js';
import { createStopwatch, type Stopwatch } from './stopwatch.js';
import type { TaskInvocation } from './task-invocation.js';

/** What is known of a delivery while it is worked on. */
export interface Observed {
  stopwatch: Stopwatch;
  /** Set as soon as the task is known. */
  invocation?: TaskInvocation;
}

/** Works on a delivery and, however that ends, tells whoever watches of it once. */
export async function observe(
  context: SimulationContext,
  queue: Observation['queue'],
  delivery: Delivery,
  work: (observed: Observed) => Promise<DeliveryResult>,
): Promise<DeliveryResult> {
  const arrivedAt = context.now().getTime();
  const observed: Observed = { stopwatch: createStopwatch() };
  const tell = (ended: Observation['ended']) =>
    context.observe({
      queue,
      delivery,
      arrivedAt,
      tookMs: observed.stopwatch.elapsedMs(),
      stages: observed.stopwatch.stages(),
      invocation: observed.invocation,
      ended,
    });
  try {
    const result = await work(observed);
    tell({ result });
    return result;
  } catch (error) {
    tell({ error });
    throw error;
  }
}
