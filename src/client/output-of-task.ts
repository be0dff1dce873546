import type { fromScalars } from './parameters.js';

/** A named output of one task, verified. */
export interface OutputOfTask {
  task_id: string;
  parameters: ReturnType<typeof fromScalars>;
  seed: bigint;
  name: string;
  /** As in `application/vnd.apache.arrow.stream`: `tableFromIPC` of apache-arrow takes its bytes. */
  contentType: string;
  bytes: Buffer;
  /** What it says as JSON. @throws SyntaxError when it is something else */
  json(): unknown;
}
