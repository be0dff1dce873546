import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import type { JobStorage } from '../jobs/job-storage.js';
import { readLog } from '../jobs/reading/read-log.js';
import { outputOf } from './output-of.js';
import type { OutputOfTask } from './output-of-task.js';
import { fromScalars, type PlainParameters } from './parameters.js';
import { readOutput } from './read-output.js';
import { readResultOf } from './read-result-of.js';
import { SimulationFailed } from './simulation-failed.js';

/** A task that has ended. */
export class Task {
  readonly #storage: Pick<JobStorage, 'blobs'>;
  /** All that is known of how it ended: reason, error, metrics, attestation. */
  readonly record: OutcomeRecord;

  constructor(storage: Pick<JobStorage, 'blobs'>, record: OutcomeRecord) {
    this.#storage = storage;
    this.record = record;
  }

  get id(): string {
    return this.record.task_id;
  }

  get parameters(): PlainParameters {
    return fromScalars(this.record.params);
  }

  get seed(): bigint {
    return this.record.seed;
  }

  get outcome(): OutcomeRecord['outcome'] {
    return this.record.outcome;
  }

  /** Why it failed; undefined when it did not. */
  get error(): SimulationFailed | undefined {
    return this.outcome === 'succeeded' ? undefined : new SimulationFailed(this.record);
  }

  /** What it and everything that it started wrote to stdout and stderr, a megabyte at most; undefined when no process ran, or it was removed. */
  async log(): Promise<string | undefined> {
    const ref =
      this.record.logs_ref ??
      (this.record.result === undefined
        ? undefined
        : (await readResultOf(this.#storage, this.record)).logs_ref);
    return ref == null ? undefined : (await readLog(this.#storage.blobs, ref))?.toString('utf8');
  }

  /** Names of its outputs. @throws SimulationFailed */
  async outputs(): Promise<string[]> {
    return Object.keys((await readResultOf(this.#storage, this.record)).outputs).sort();
  }

  /** An output, verified. @throws SimulationFailed; an error when it has none of this name. */
  async output(name: string): Promise<OutputOfTask> {
    const stored = await readResultOf(this.#storage, this.record);
    const artifact = Object.hasOwn(stored.outputs, name) ? stored.outputs[name] : undefined;
    if (artifact) {
      const bytes = await readOutput(this.#storage, this.id, name, artifact);
      return outputOf(this.record, name, { bytes, contentType: artifact.content_type });
    }
    const names = Object.keys(stored.outputs).sort().join(', ');
    throw new Error(`There is no output "${name}": the task ${this.id} has ${names}.`);
  }
}
