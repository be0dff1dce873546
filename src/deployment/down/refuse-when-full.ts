import { RestError } from '@azure/storage-blob';
import { openStorage } from '../../connections/open-storage.js';
import { type Contents, measureContents } from '../../jobs/reading/measure-contents.js';
import { counted } from '../../reporting/counted.js';
import { describeError } from '../../reporting/describe-error.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import { storageEnvironment } from '../storage-environment.js';

const goAhead = 'With --delete-results they are deleted all the same.';

/**
 * Makes sure that no results and no jobs are lost that somebody wants.
 *
 * @throws Error that says how many there are, and how to fetch them
 */
export async function refuseWhenFull(
  storageAccount: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const { results, jobs, jobIds } = await contentsOf(storageAccount, env, signal);
  if (results.blobs + jobs.blobs === 0) return;
  const amount = ({ blobs, bytes }: typeof results) => `${counted(blobs, 'blob')} (${formatBytes(bytes)})`;
  const [first = 'direct'] = jobIds;
  throw new Error(
    [
      `Cannot delete: the storage account ${storageAccount} holds ${amount(results)} of results and ${amount(jobs)} of jobs${jobIds.length > 0 ? `: ${jobIds.join(', ')}${jobIds.length === 20 ? ', …' : ''}` : ''}.`,
      'To fetch them, job by job:',
      `  export MODELOPS_AZURE_STORAGE_ACCOUNT=${storageAccount}`,
      `  mops-cold fetch ${first} --to ./results`,
      goAhead,
    ].join('\n'),
  );
}

async function contentsOf(
  storageAccount: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Contents> {
  try {
    return await measureContents(await openStorage(storageEnvironment({ storageAccount }, env)), signal);
  } catch (error) {
    signal.throwIfAborted();
    const why =
      error instanceof RestError && error.statusCode === 403
        ? 'you may not look (403). Let yourself be a submitter (`submitters`), or have the role Storage Blob Data Reader there'
        : describeError(error);
    throw new Error(
      `Cannot delete: nobody knows whether the storage account ${storageAccount} holds results and jobs: ${why}.\n${goAhead}`,
      { cause: error },
    );
  }
}
