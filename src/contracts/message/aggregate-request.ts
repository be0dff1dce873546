import { z } from 'zod';
import { BundleRef } from '../bundle/bundle-ref.js';
import { TaskLimits } from '../bundle/task-limits.js';
import { Identity } from '../identities/identity.js';
import { jsonProblem } from '../json/json-problem.js';
import { wholeNumberFrom } from '../json/number.js';
import { ParameterSet } from '../task/parameter-set.js';
import { ResultName } from '../task/result-name.js';
import { TargetEntrypoint } from '../task/target-entrypoint.js';
import { Traceparent } from '../telemetry/traceparent.js';
import { closedObject } from '../validation/closed-object.js';
import { firstRepeated } from '../validation/first-repeated.js';
import { mustBe } from '../validation/must-be.js';
import { SafeName } from '../validation/safe-name.js';

/** Which parameter set of a job is aggregated. */
const OfSet = closedObject('the set of an aggregation', {
  /** As `setId` gives it. */
  id: Identity,
  params: ParameterSet,
  /** How many there are, those that failed included. */
  replicates: wholeNumberFrom(1),
});

/**
 * Asks the app to compare stored results with a target. A worker sends it when the last replicate of a parameter set has ended; any client
 * may send it by itself.
 */
export const AggregateRequest = closedObject('a request to aggregate', {
  target: TargetEntrypoint,
  /** Whose code and environment it runs with. */
  bundle_ref: BundleRef,
  inputs: z
    .array(ResultName, mustBe('a list of results'))
    .min(1, 'is empty: name the results that are compared with the target')
    .superRefine((names, context) => {
      const again = firstRepeated(names);
      if (again >= 0)
        context.addIssue({ code: 'custom', path: [again], message: 'names a result twice: remove one' });
    }),
  /** What a plain target gets as its second argument: any JSON. */
  target_data: z
    .unknown()
    .superRefine((data, context) => {
      const problem = jsonProblem(data);
      if (problem) context.addIssue({ code: 'custom', path: [...problem.path], message: problem.complaint });
    })
    .exactOptional(),
  set: OfSet.exactOptional(),
  ...TaskLimits.shape,
  job_id: SafeName.exactOptional(),
  run: SafeName.exactOptional(),
  /** Tries used up before this message was sent. */
  attempt: wholeNumberFrom(0).exactOptional(),
  traceparent: Traceparent.exactOptional(),
});
export type AggregateRequest = z.infer<typeof AggregateRequest>;

/** The message of one, which holds nothing else. */
export const AggregateMessage = closedObject('a message', { aggregate: AggregateRequest });
