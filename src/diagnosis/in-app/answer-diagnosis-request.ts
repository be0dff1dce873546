import type { DiagnosisRequest } from '../../contracts/message/diagnosis-request.js';
import type { DiagnosisRecords } from '../../jobs/recording/create-diagnosis-records.js';
import { taskPlace } from '../../local-run/task-place.js';
import { limitsExceeded } from '../../simulation/limits-exceeded.js';
import type { RunsPrograms } from '../../simulation/ports.js';
import type { SimulationContext } from '../../simulation/simulation-context.js';
import { diagnoseAt } from '../diagnose-at.js';
import type { Diagnosis } from '../diagnosis.js';

/** What a diagnosis needs of a worker. */
export interface DiagnosingWorker {
  simulation: Pick<SimulationContext, 'bundles' | 'environments' | 'executor' | 'invocationMs' | 'now'> &
    Parameters<typeof limitsExceeded>[0] &
    Parameters<typeof taskPlace>[2];
  programs: RunsPrograms;
}

/** To write down what came of it, before the host ends the invocation. */
const marginMs = 60_000;
const tellEveryMs = 2_000;

/**
 * Diagnoses a bundle by the executor of a worker, in its environment and with the limits of its tasks, one process at a time, which is
 * the memory of one task. What came of it is written down, also that there is no diagnosis: it does not end within functionTimeout, whoever
 * asked waits no more, or it cannot be done.
 *
 * @returns what came of it, a sentence
 * @throws when that cannot be written down, or the worker goes away: the queue delivers the request again.
 */
export async function answerDiagnosisRequest(
  { simulation, programs }: DiagnosingWorker,
  records: DiagnosisRecords,
  request: DiagnosisRequest,
  delivery: number,
  signal: AbortSignal,
  lookEveryMs = tellEveryMs,
): Promise<string> {
  const { bundle_ref, request: name } = request;
  const ending = new AbortController();
  const end = deadline(simulation.invocationMs, ending);
  const telling = tell(records, delivery, ending, lookEveryMs);
  const either = AbortSignal.any([signal, ending.signal]);
  const finish = async (came: { reason: string; diagnosis?: Diagnosis }) => {
    await telling.stop();
    await records.record({
      request: name,
      bundle_ref,
      ...came,
      finished_at: simulation.now().toISOString(),
    });
    return `${bundle_ref}: ${came.reason || `diagnosed, ${came.diagnosis?.verdict}`}`;
  };
  try {
    const tasks = await records.tasks();
    for (const task of tasks) {
      const why = limitsExceeded(simulation, task);
      if (why !== undefined) return await finish({ reason: `Cannot diagnose: ${why}` });
    }
    const bundle = await simulation.bundles.ensureLocal(bundle_ref, either);
    try {
      const environment = await simulation.environments.forBundle(bundle);
      const { run, place } = taskPlace(
        { run: (...asked) => simulation.executor.run(...asked), runProgram: programs.runProgram },
        { bundle, environment },
        simulation,
      );
      const options = {
        atOnce: 1,
        ...(request.shuffle_seed !== undefined && { shuffleSeed: request.shuffle_seed }),
      };
      const reporter = { done: telling.note, note: telling.note };
      return await finish({
        reason: '',
        diagnosis: await diagnoseAt(run, place, tasks, options, reporter, either),
      });
    } finally {
      await bundle.release();
    }
  } catch (error) {
    if (signal.aborted) throw error;
    const why = ending.signal.aborted ? ending.signal.reason : error;
    return await finish({ reason: why instanceof Error ? why.message : String(why) });
  } finally {
    clearTimeout(end);
    await telling.stop();
  }
}

function deadline(invocationMs: number | undefined, ending: AbortController): NodeJS.Timeout | undefined {
  if (invocationMs === undefined) return undefined;
  const withinMs = Math.max(invocationMs - marginMs, invocationMs / 2);
  const minutes = Number((invocationMs / 60_000).toPrecision(3));
  return setTimeout(
    () =>
      ending.abort(
        new Error(
          `Cannot diagnose in the app: it has not ended within its functionTimeout (${minutes} minutes). Give fewer tasks, or diagnose on this machine, without --in-app.`,
        ),
      ),
    withinMs,
  );
}

/** Writes down what is said, every now and then, and looks whether anybody waits. */
function tell(
  records: DiagnosisRecords,
  delivery: number,
  ending: AbortController,
  lookEveryMs: number,
): { note(sentence: string): void; stop(): Promise<void> } {
  const notes: string[] = [];
  let told = 0;
  let running: Promise<void> = Promise.resolve();
  const step = async () => {
    if (told < notes.length) {
      told = notes.length;
      await records.tell({ delivery, notes });
    }
    if (await records.isGivenUp()) ending.abort(new Error('Whoever asked for it waits no more.'));
  };
  // What is not told is told the next time; a diagnosis does not end for it.
  const timer = setInterval(() => {
    running = running.then(step).catch(() => undefined);
  }, lookEveryMs);
  return {
    note: (sentence) => void notes.push(sentence),
    async stop() {
      clearInterval(timer);
      await running;
      // What a short diagnosis has said is told with its report.
      if (told < notes.length) await records.tell({ delivery, notes }).catch(() => undefined);
      told = notes.length;
    },
  };
}
