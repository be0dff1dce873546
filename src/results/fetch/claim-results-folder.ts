import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { resultsMark } from '../../contracts/result/results-mark.js';
import { writeWhole } from '../../files/write-whole.js';
import { isDrawnRun } from '../../jobs/is-drawn-run.js';
import { jobFolder } from './job-folder.js';
import { readIndex } from './read-index.js';
import { ResultsOwner } from './results-owner.js';

/** What is in a folder: this job's results, those of another, those that an earlier version has kept, or something else. */
type Content = 'ours' | ResultsOwner | 'unnamed' | 'unknown';

/**
 * The folder of a job's results: `<to>/<job>`, or, when something else is in it, another one that is named for the job, its
 * account and its time. A mark in it says whose it is; it is made when missing. Marks of earlier versions name nobody: such a
 * folder is the job's when its index names one of the job's runs, whose names are drawn.
 *
 * @param runsOf the names of the job's runs
 * @returns a sentence when it is not `<to>/<job>`
 * @throws when both hold something else
 */
export async function claimResultsFolder(
  to: string,
  owner: ResultsOwner,
  runsOf: () => Promise<string[]>,
): Promise<{ folder: string; note?: string }> {
  const folder = jobFolder(to, owner.job_id);
  const content = await claim(folder, owner, runsOf);
  if (content === 'ours') return { folder };
  const time = owner.created_at === null ? '' : `~${owner.created_at.replaceAll(/[-:.]/g, '')}`;
  // No job's name has a "~".
  const other = `${folder}~${owner.account}${time}`;
  const what = describeContent(content);
  if ((await claim(other, owner, runsOf)) !== 'ours') {
    throw new Error(
      `Cannot keep the results of ${describe(owner)}: ${folder} holds ${what}, and ${other} something else. Choose another folder with --to.`,
    );
  }
  return {
    folder: other,
    note: `${folder} holds ${what}: the results of ${describe(owner)} are kept in ${other}.`,
  };
}

async function claim(folder: string, owner: ResultsOwner, runsOf: () => Promise<string[]>): Promise<Content> {
  await mkdir(folder, { recursive: true });
  const empty = (await readdir(folder)).length === 0;
  if (empty || ((await readMark(folder)) === 'unnamed' && (await hasOneOf(runsOf, folder)))) {
    const about = 'Results that mops-cold keeps here, of this job alone; they are left out of bundles.';
    // Whole or not at all, and read again: somebody else may claim it in this moment.
    await writeWhole(join(folder, resultsMark), [`${stringifyJson({ about, ...owner }, 2)}\n`], {
      meanwhile: dirname(folder),
    });
  }
  const marked = await readMark(folder);
  if (typeof marked === 'string') return marked;
  const isOurs =
    marked.job_id === owner.job_id &&
    marked.account === owner.account &&
    marked.created_at === owner.created_at;
  return isOurs ? 'ours' : marked;
}

async function readMark(folder: string): Promise<Exclude<Content, 'ours'>> {
  let text: string;
  try {
    text = await readFile(join(folder, resultsMark), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'unknown';
    throw error;
  }
  try {
    return parseDocument(ResultsOwner, text);
  } catch {
    return 'unnamed';
  }
}

/** Whether a folder's index names one of these runs. */
async function hasOneOf(runsOf: () => Promise<string[]>, folder: string): Promise<boolean> {
  // An index that cannot be read names none.
  const known = await readIndex(join(folder, 'index.json')).catch(() => undefined);
  const named = new Set([...(known?.rows.values() ?? [])].map(({ run }) => run).filter(isDrawnRun));
  return named.size > 0 && (await runsOf()).some((run) => named.has(run));
}

function describeContent(content: Exclude<Content, 'ours'>): string {
  if (content === 'unknown') return 'something else';
  if (content !== 'unnamed') return `the results of ${describe(content)}`;
  return 'results of an earlier version, which do not say whose they are, and name no run of this job';
}

function describe({ job_id, account, created_at }: ResultsOwner): string {
  return `the job ${job_id} of the account ${account}${created_at === null ? '' : `, submitted at ${created_at}`}`;
}
