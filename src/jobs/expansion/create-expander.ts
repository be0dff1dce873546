import {
  type ExpandRequest,
  formatExpandRequest,
  parseExpandRequest,
} from '../../contracts/message/expand-request.js';
import { counted } from '../../reporting/counted.js';
import type { Delivery } from '../../simulation/delivery.js';
import type { Cancellations, JobRecords } from '../../simulation/ports.js';
import { expanderLockPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { createExpansionStore, type StorageToExpand } from './create-expansion-store.js';
import { type ExpandedRuns, expandRuns } from './expand-runs.js';
import { withLease } from './with-lease.js';

/** Sends the messages of runs, bit by bit. */
export interface Expander {
  /**
   * One bit of a few seconds: of all runs that are being expanded, as far as the queue has room. While the run that is asked for is not done,
   * a request of the same kind is put into the queue for later, so that each run has one of its own under way.
   *
   * @returns what came of it, a sentence
   * @throws when not even that could be put into the queue: the request is then delivered again.
   */
  expand(delivery: Delivery): Promise<string>;
  /**
   * Keeps a request of which every delivery was used up, and puts it into the queue once more, for later: its run waits for it.
   *
   * @returns why it was given up, a sentence
   */
  giveUp(delivery: Delivery): Promise<string>;
}

export interface ExpanderOptions {
  /** Most messages of one run in a row. */
  chunk: number;
  /** How long a bit sends. */
  bitMs: number;
  /** See `ExpansionLimits`: a worker knows within 10 s what is unsure, and claims what it runs within 5 s more. */
  graceMs: number;
  /** For which an expander is the only one: longer than a bit and the requests under way at its end, 15 to 60. */
  leaseSeconds: number;
  /** Until the next bit: the queue was found half empty or emptier; it was not; another expander is at work; there was trouble. */
  pauseSeconds: { hungry: number; full: number; busy: number; trouble: number; poison: number };
}

const usual: ExpanderOptions = {
  chunk: 128,
  bitMs: 3_000,
  graceMs: 20_000,
  leaseSeconds: 30,
  pauseSeconds: { hungry: 0, full: 3, busy: 5, trouble: 30, poison: 300 },
};

/** @param window messages that the queue of tasks may have in all */
export function createExpander(
  storage: StorageToExpand & Pick<JobStorage, 'jobsQueue'>,
  cancellations: Pick<Cancellations, 'known' | 'reasonForRun'>,
  records: Pick<JobRecords, 'refuse'>,
  window: number,
  options: ExpanderOptions = usual,
): Expander {
  const { jobs, jobsQueue } = storage;
  const store = createExpansionStore(storage, cancellations);
  const { chunk, bitMs, graceMs, leaseSeconds, pauseSeconds } = options;

  async function bit(): Promise<ExpandedRuns> {
    const until = performance.now() + bitMs;
    await cancellations.known();
    const limits = { window, chunk, graceMs };
    return expandRuns(
      store,
      limits,
      () => new Date(),
      () => performance.now() < until,
    );
  }

  async function later(request: ExpandRequest, visibilityTimeout: number): Promise<void> {
    await jobsQueue.sendMessage(formatExpandRequest(request), { visibilityTimeout, messageTimeToLive: -1 });
  }

  async function goOn(request: ExpandRequest): Promise<string> {
    const name = `${request.job_id}/${request.run}`;
    let done: ExpandedRuns | undefined;
    try {
      done = await withLease(jobs, expanderLockPath, leaseSeconds, bit);
    } catch (error) {
      // Not by a new delivery: there are five, and the trouble may last longer.
      await later(request, pauseSeconds.trouble);
      return `${name}: its messages are sent later: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (done === undefined) {
      await later(request, pauseSeconds.busy);
      return `${name}: another expander is at work.`;
    }
    const { left, room, sent } = done;
    const isLeft = left.some(({ jobId, run }) => jobId === request.job_id && run === request.run);
    const isHungry = sent > 0 && (room.after > 0 || room.before > window / 2);
    if (isLeft) await later(request, isHungry ? pauseSeconds.hungry : pauseSeconds.full);
    return `${name}: ${isLeft ? 'goes on' : 'nothing is left to be sent'}; of all runs ${counted(sent, 'message was', 'messages were')} sent.`;
  }

  function refuse(delivery: Delivery, why: 'invalid' | 'poison', reason: string, field = ''): Promise<void> {
    return records.refuse({ ...delivery, why, field, reason, receivedAt: new Date() });
  }

  return {
    async expand(delivery) {
      const parsed = parseExpandRequest(delivery.body);
      if (parsed.ok) return goOn(parsed.request);
      const reason = `${parsed.reason} ${jobsQueue.name} takes requests to send the messages of a job, and nothing else: put tasks into the queue of the tasks.`;
      await refuse(delivery, 'invalid', reason, parsed.field);
      return `refused/${delivery.messageId}: ${reason}`;
    },

    async giveUp(delivery) {
      const parsed = parseExpandRequest(delivery.body);
      const again = parsed.ok ? ' It is asked again in five minutes.' : '';
      const reason = `Every delivery of the request to send the messages of a job was used up by trouble with storage or the host.${again}`;
      await refuse(delivery, 'poison', reason);
      if (parsed.ok) await later(parsed.request, pauseSeconds.poison);
      return reason;
    },
  };
}
