import { type BlockBlobClient, RestError } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import { createOnce } from '../../azure-backend/create-once.js';
import { Expansion } from '../../contracts/job/expansion.js';
import type { LeftOut } from '../../contracts/job/left-out.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { Cancellations, JobRun } from '../../simulation/ports.js';
import { expansionPath, expansionsPrefix, leftOutPath, unsurePath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { sendTasks } from '../submission/send-tasks.js';
import { unlessMissing } from '../unless-missing.js';
import { expansionMetadata } from './expansion-metadata.js';
import type { ExpansionStore, ListedExpansion, OpenExpansion } from './expansion-store.js';
import { Overtaken } from './overtaken.js';
import { createPackedLineReader } from './packed-line-reader.js';

const json = 'application/json';
/** A chunk is sent whole: what ends an expander ends it between two. */
const never = new AbortController().signal;

export interface StorageToExpand extends Pick<JobStorage, 'jobs' | 'queue'> {
  /** The same queue, for messages that must not be sent twice: no request is tried again by itself. */
  queueOnce: QueueClient;
}

/** Expansions as blobs of the jobs container: changed only by whoever knows how they stand. */
export function createExpansionStore(
  { jobs, queue, queueOnce }: StorageToExpand,
  cancellations: Pick<Cancellations, 'reasonForRun'>,
): ExpansionStore {
  const read = createPackedLineReader(jobs);
  const runOf = ({ job_id: jobId, run }: Expansion): JobRun => ({ jobId, run });
  const blobOf = (run: JobRun): BlockBlobClient => jobs.getBlockBlobClient(expansionPath(run));

  return {
    async list() {
      const listed: ListedExpansion[] = [];
      const blobs = jobs.listBlobsFlat({ prefix: expansionsPrefix, includeMetadata: true });
      for await (const { name, metadata } of unlessMissing(blobs)) {
        const [, jobId, run] = /^[^/]+\/([^/]+)\/([^/]+)\.json$/.exec(name) ?? [];
        if (jobId === undefined || run === undefined) continue;
        const { priority = '0', served_at: servedAt = '' } = metadata ?? {};
        listed.push({ jobId, run, priority: Number(priority), servedAt });
      }
      return listed;
    },

    async open(run) {
      try {
        const blob = blobOf(run);
        // As one answer: the content and its tag belong together.
        const { etag = '', readableStreamBody } = await blob.download();
        const chunks: Buffer[] = [];
        for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
        const state = parseDocument(Expansion, Buffer.concat(chunks).toString('utf8'), blob.name);
        return { state, etag };
      } catch (error) {
        if (error instanceof RestError && error.statusCode === 404) return undefined;
        throw error;
      }
    },

    async save(opened) {
      const { state, etag } = opened;
      const text = stringifyJson(state);
      const blob = blobOf(runOf(state));
      await unlessChanged(blob.name, async () => {
        const saved = await blob.upload(text, Buffer.byteLength(text), {
          conditions: { ifMatch: etag },
          blobHTTPHeaders: { blobContentType: json },
          metadata: expansionMetadata(state),
        });
        opened.etag = saved.etag ?? '';
      });
    },

    async finish({ state, etag }: OpenExpansion) {
      const blob = blobOf(runOf(state));
      await unlessChanged(blob.name, () => blob.delete({ conditions: { ifMatch: etag } }));
    },

    async markUnsure(state, from, to) {
      const tasks = (await read(state.lines, from, to)).map(({ task_id: id }) => id);
      await createOnce(jobs, unsurePath(runOf(state), from), stringifyJson({ tasks }), json);
    },

    async leaveOut(state, from, reason) {
      const leftOut: LeftOut = {
        ...{ tasks: state.end - from, reason, left_out_at: new Date().toISOString() },
        ...{ from, lines: state.lines },
      };
      await createOnce(jobs, leftOutPath(runOf(state)), stringifyJson(leftOut), json);
    },

    cancelled: (run) => cancellations.reasonForRun(run),

    async waiting() {
      return (await queue.getProperties()).approximateMessagesCount ?? 0;
    },

    async send(state, from, to) {
      const { run, traceparent, terms } = state;
      const ofRun = { run, traceparent, ...terms };
      await sendTasks(
        { jobs, queue: queueOnce },
        await read(state.lines, from, to),
        ofRun,
        never,
        () => undefined,
      );
    },
  };
}

async function unlessChanged(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof RestError && (error.statusCode === 412 || error.statusCode === 404))
      throw new Overtaken(path, error);
    throw error;
  }
}
