import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import type { StoredResult } from '../contracts/result/stored-result.js';
import type { JobStorage } from '../jobs/job-storage.js';
import type { OutputOfTask } from './output-of-task.js';
import { fromScalars } from './parameters.js';
import { readOutput } from './read-output.js';

/** An output of a task that succeeded; undefined when it has none of this name. */
export async function outputOf(
  storage: Pick<JobStorage, 'blobs'>,
  { task_id, params, seed }: Pick<OutcomeRecord, 'task_id' | 'params' | 'seed'>,
  { outputs }: Pick<StoredResult, 'outputs'>,
  name: string,
): Promise<OutputOfTask | undefined> {
  const artifact = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  if (artifact === undefined) return undefined;
  const bytes = await readOutput(storage, task_id, name, artifact);
  return {
    ...{ task_id, parameters: fromScalars(params), seed, name, contentType: artifact.content_type, bytes },
    json: () => JSON.parse(bytes.toString('utf8')) as unknown,
  };
}
