import { BundleRef } from '../bundle/bundle-ref.js';
import { wholeNumberFrom } from '../json/number.js';
import { closedObject } from '../validation/closed-object.js';
import { SafeName } from '../validation/safe-name.js';

/** Asks the app whether a bundle leaks state from task to task; its tasks stand in a blob. It is no task, and an app that does not know it refuses it as such. */
export const DiagnosisRequest = closedObject('a request to diagnose', {
  bundle_ref: BundleRef,
  /** By which whoever asks finds tasks, progress and report. */
  request: SafeName,
  /** The job whose tasks they are, beside which the report is kept. */
  job_id: SafeName.exactOptional(),
  /** Shuffles the tasks otherwise. */
  shuffle_seed: wholeNumberFrom(0).exactOptional(),
});
export type DiagnosisRequest = ReturnType<typeof DiagnosisRequest.parse>;

/** The message of one, which holds nothing else. */
export const DiagnosisMessage = closedObject('a message', { diagnose: DiagnosisRequest });
