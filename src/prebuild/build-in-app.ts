import type { OpenStorage } from '../connections/open-storage.js';
import { parseDocument } from '../contracts/json/parse-document.js';
import { BuildRecord } from '../contracts/message/build-record.js';
import type { BuildRequest } from '../contracts/message/build-request.js';
import { buildRecordPath, refusedPath } from '../jobs/job-paths.js';
import { awaitAnswer } from '../jobs/requests/await-answer.js';
import { makeUnlessForbidden } from '../jobs/submission/make-unless-forbidden.js';
import { newRunId } from '../jobs/submission/new-run-id.js';

/** An app that scales from zero takes minutes, and so does an environment with compiled models. */
const patienceMs = 45 * 60_000;

/**
 * Lets the app build the environment of a bundle, with its own Python and for its own platform, store it beside the bundle, and waits for it.
 *
 * @param repair whether it is stored in the place of one that is there
 * @param onSent is told by which name the request goes
 * @returns undefined when the bundle declares no packages
 * @throws Error when it could not be built, the app does not know how, or has not answered in time.
 */
export async function buildInApp(
  { jobs, queue }: Pick<OpenStorage, 'jobs' | 'queue'>,
  bundleRef: string,
  {
    repair = false,
    signal,
    onSent,
  }: { repair?: boolean; signal: AbortSignal; onSent(request: string): void },
): Promise<(BuildRecord['environment'] & object) | undefined> {
  await Promise.all([jobs, queue].map(makeUnlessForbidden));
  const request = newRunId();
  const build: BuildRequest = { bundle_ref: bundleRef, request, ...(repair && { repair }) };
  const { messageId, insertedOn } = await queue.sendMessage(JSON.stringify({ build }));
  const refused = refusedPath(messageId, insertedOn);
  onSent(request);
  const answer = await awaitAnswer(jobs, {
    ...{ answer: buildRecordPath(request), refused, patienceMs, signal },
  });
  if (typeof answer !== 'string')
    throw new Error(
      answer.none === 'refused'
        ? `Cannot build the environment of bundle ${bundleRef} in the app: it has given the request up (${refused}). An app of an earlier version does not know how: deploy this one, or build on a machine of the same kind, without --in-app.`
        : `Cannot tell what became of the environment of bundle ${bundleRef}: the app has not answered within ${patienceMs / 60_000} minutes. Is it running? When it has built it, ${buildRecordPath(request)} in the container ${jobs.containerName} says so.`,
    );
  const record = parseDocument(BuildRecord, answer, 'What the app wrote of the build');
  if (record.reason !== '')
    throw new Error(`Cannot build the environment of bundle ${bundleRef} in the app: ${record.reason}`);
  return record.environment ?? undefined;
}
