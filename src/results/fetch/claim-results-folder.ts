import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { resultsMark } from '../../contracts/result/results-mark.js';
import { writeWhole } from '../../files/write-whole.js';
import { jobFolder } from './job-folder.js';
import { ResultsOwner } from './results-owner.js';

/**
 * The folder of a job's results: `<to>/<job>`, or, when something else is in it, another one that is named for the job, its
 * account and its time. A mark in it says whose it is; it is made when missing.
 *
 * @returns a sentence when it is not `<to>/<job>`
 * @throws when both hold something else
 */
export async function claimResultsFolder(
  to: string,
  owner: ResultsOwner,
): Promise<{ folder: string; note?: string }> {
  const folder = jobFolder(to, owner.job_id);
  const there = await claim(folder, owner);
  if (there === 'ours') return { folder };
  const time = owner.created_at === null ? '' : `~${owner.created_at.replaceAll(/[-:.]/g, '')}`;
  // No job's name has a "~".
  const other = `${folder}~${owner.account}${time}`;
  const what = typeof there === 'string' ? 'something else' : `the results of ${describe(there)}`;
  if ((await claim(other, owner)) !== 'ours') {
    throw new Error(
      `Cannot keep the results of ${describe(owner)}: ${folder} holds ${what}, and ${other} something else. Choose another folder with --to.`,
    );
  }
  return {
    folder: other,
    note: `${folder} holds ${what}: the results of ${describe(owner)} are kept in ${other}.`,
  };
}

async function claim(folder: string, owner: ResultsOwner): Promise<'ours' | 'unknown' | ResultsOwner> {
  const mark = join(folder, resultsMark);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length === 0) {
    const about = 'Results that mops-cold keeps here, of this job alone; they are left out of bundles.';
    // Whole or not at all, and read again: somebody else may claim it in this moment.
    await writeWhole(mark, [`${stringifyJson({ about, ...owner }, 2)}\n`], { meanwhile: dirname(folder) });
  }
  const marked = await readMark(mark);
  if (marked === undefined) return 'unknown';
  const isOurs =
    marked.job_id === owner.job_id &&
    marked.account === owner.account &&
    marked.created_at === owner.created_at;
  return isOurs ? 'ours' : marked;
}

/** Undefined when there is none, or when it is one that names no job. */
async function readMark(path: string): Promise<ResultsOwner | undefined> {
  try {
    return parseDocument(ResultsOwner, await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

function describe({ job_id, account, created_at }: ResultsOwner): string {
  return `the job ${job_id} of the account ${account}${created_at === null ? '' : `, submitted at ${created_at}`}`;
}
