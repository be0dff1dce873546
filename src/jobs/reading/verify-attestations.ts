import type { Attestation, ProcessIdentity } from '../../contracts/result/attestation.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';

/** What the check needs of a task's record. */
export type AttestedRecord = Pick<
  OutcomeRecord,
  'task_id' | 'result_key' | 'attempt' | 'outcome' | 'cached'
> & {
  attestation?: Attestation | undefined;
};

export interface Leak {
  why: 'no-attestation' | 'told-is-not-seen' | 'not-cold' | 'not-the-first-task' | 'process-shared';
  task_ids: string[];
  /** One sentence that names the tasks and the process. */
  message: string;
}

export interface Verification {
  /** Tasks that have an outcome, each counted once: see `standingOutcomes`. */
  tasks: number;
  /** Outcomes beside those that stand: of tasks that ended several times. Their processes are checked too. */
  repeated: number;
  /** Tasks whose process is known. */
  attested: number;
  /** Of these, tasks whose result an earlier run had made. */
  cached: number;
  /** Aggregations that have a record: their processes may not have run anything else either. */
  aggregations: number;
  /** Different processes, of repeated outcomes and aggregations too. */
  processes: number;
  leaks: Leak[];
  /** Tasks that failed before their process could say who it is, or without one. Nothing of them is a result. */
  failed_without_process: string[];
}

/**
 * Whether every task ran in a process of its own. A process is known by pid, start time, boot and pid namespace, and by the
 * nonce that it drew; neither may stand for two executions. One result that is used by several tasks or runs is one execution.
 *
 * @param standing one for each task
 * @param repeated the other outcomes of these tasks: their processes may not have run another task either
 * @param aggregations of their parameter sets, which are no tasks
 */
export function verifyAttestations(
  standing: AttestedRecord[],
  repeated: AttestedRecord[] = [],
  aggregations: AttestedRecord[] = [],
): Verification {
  const leaks: Leak[] = [];
  const byIdentity = new Map<string, Map<string, AttestedRecord>>();
  const byNonce = new Map<string, Map<string, AttestedRecord>>();

  for (const record of [...standing, ...repeated, ...aggregations]) {
    if (record.attestation === undefined) {
      if (record.outcome === 'succeeded')
        leaks.push(leak('no-attestation', record, 'succeeded without saying in which process'));
      continue;
    }
    leaks.push(...ownLeaks(record, record.attestation));
    remember(byIdentity, processKey(record.attestation.seen), record);
    remember(byNonce, record.attestation.nonce, record);
  }
  // The most telling ones come first.
  leaks.unshift(...sharedLeaks(byIdentity, byNonce));
  const attested = standing.filter(({ attestation }) => attestation !== undefined);
  return {
    tasks: standing.length,
    repeated: repeated.length,
    attested: attested.length,
    cached: attested.filter(({ cached }) => cached).length,
    aggregations: aggregations.length,
    processes: byIdentity.size,
    leaks,
    failed_without_process: standing
      .filter(({ attestation, outcome }) => attestation === undefined && outcome !== 'succeeded')
      .map(({ task_id }) => task_id),
  };
}

function ownLeaks(record: AttestedRecord, { told, seen, executor, ordinal }: Attestation): Leak[] {
  const found: Leak[] = [];
  if (processKey(told) !== processKey(seen)) {
    found.push(
      leak(
        'told-is-not-seen',
        record,
        `said that it ran in ${describe(told)}, and was seen in ${describe(seen)}`,
      ),
    );
  }
  if (executor === 'forkserver') {
    const how = 'was forked from a process that had imported the model, not started anew';
    found.push(leak('not-cold', record, `ran in ${describe(seen)}, which ${how}`));
  } else if (executor !== 'cold')
    found.push(leak('not-cold', record, `ran under "${executor}" in ${describe(seen)}`));
  if (ordinal !== 1)
    found.push(leak('not-the-first-task', record, `was task number ${ordinal} of ${describe(seen)}`));
  return found;
}

function sharedLeaks(...groupings: Map<string, Map<string, AttestedRecord>>[]): Leak[] {
  const found = new Map<string, Leak>();
  for (const executions of groupings.flatMap((grouping) => [...grouping.values()])) {
    const [first, ...others] = executions.values();
    if (!first?.attestation || others.length === 0) continue;
    const taskIds = [first, ...others].map((record) => record.task_id).sort();
    const message = `${taskIds.length} executions were in one process, ${describe(first.attestation.seen)}: tasks ${taskIds.join(', ')}.`;
    // Identity and nonce usually tell the same story; it is told once.
    found.set(taskIds.join(), { why: 'process-shared', task_ids: taskIds, message });
  }
  return [...found.values()];
}

function remember(map: Map<string, Map<string, AttestedRecord>>, key: string, record: AttestedRecord): void {
  const executions = map.get(key) ?? new Map<string, AttestedRecord>();
  executions.set(`${record.result_key} ${record.attempt}`, record);
  map.set(key, executions);
}

function leak(why: Leak['why'], { task_id }: AttestedRecord, what: string): Leak {
  return { why, task_ids: [task_id], message: `Task ${task_id} ${what}.` };
}

function processKey({ pid, start_time, boot_id, pid_namespace }: ProcessIdentity): string {
  return [boot_id, pid_namespace, pid, start_time].join(' ');
}

function describe({ pid, start_time, boot_id }: ProcessIdentity): string {
  return `process ${pid} (started ${start_time}, boot ${boot_id.slice(0, 8)})`;
}
