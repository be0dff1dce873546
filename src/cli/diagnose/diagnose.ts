import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { shellWord } from '../../contracts/validation/shell-word.js';
import { advice } from '../../diagnosis/advice.js';
import type { Diagnosis } from '../../diagnosis/diagnosis.js';
import { jobFile } from '../../diagnosis/job-file.js';
import { markBundle } from '../../diagnosis/mark-bundle.js';
import { diagnosisPage } from '../../diagnosis/page/diagnosis-page.js';
import { checkWritable } from '../../files/check-writable.js';
import { writeWhole } from '../../files/write-whole.js';
import { UsageError } from '../../reporting/usage-error.js';
import { makeResultsFolder } from '../../results/fetch/make-results-folder.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { diagnosisLines } from '../terminal/diagnosis-lines.js';
import type { Output } from '../terminal/output.js';
import type { DiagnoseOptions } from './diagnose-options.js';
import { readTasksToDiagnose } from './read-tasks-to-diagnose.js';

/** A job file that repeats the shortest proof. */
const shortestName = 'shortest.json';

/** What `mops-cold diagnose` does. */
export async function diagnose(
  output: Output,
  context: CliContext,
  options: DiagnoseOptions,
  file: string | undefined,
): Promise<ExitCode> {
  const to = options.to ?? './results';
  await checkWritable(to);
  const given = await readTasksToDiagnose(output, context, options, file);
  const { bundle, tasks } = given;
  if (options.write && bundle.folder === undefined)
    throw new UsageError(
      'Cannot use --write with a bundle that is stored: name its folder as --bundle, and push it again.',
    );
  const find = options.inApp
    ? (await import('./find-in-app.js')).findInApp
    : (await import('./find-here.js')).findHere;
  const found = await find(output, context, options, given);

  const folder = join(to, folderName(bundle.ref, tasks));
  const named = options.bundle ?? bundle.ref;
  const again =
    found.leak && `mops-cold diagnose ${shellWord(join(folder, shortestName))} --bundle ${shellWord(named)}`;
  const files = await keep(found, folder, again);
  for (const line of diagnosisLines(found, { again, page: files.page })) output.say(line);
  let marked: string[] | null = null;
  if (found.leak && options.write && bundle.folder !== undefined) {
    marked = await markBundle(bundle.folder);
    const files = marked.map((file) => relative('', join(bundle.folder ?? '', file)));
    output.say(`Written: requires_fresh_process into ${files.join(' and ')}.`);
  }
  output.document({ ...found, files, repeat_with: again ?? null, marked });
  return {
    clean: exitCodes.done,
    leak: exitCodes.proofFailed,
    'not-reproducible': exitCodes.notReproducible,
  }[found.verdict];
}

async function keep(
  found: Diagnosis,
  folder: string,
  again: string | undefined,
): Promise<{ page: string; json: string; shortest?: string }> {
  await makeResultsFolder(folder);
  const [page, json, shortest] = ['diagnosis.html', 'diagnosis.json', shortestName].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const culprits = found.leak?.culprits.map((culprit) => ({ ...culprit, advice: advice(culprit) }));
  const { leak } = found;
  await writeWhole(json, [
    `${stringifyJson({ ...found, ...(leak && { leak: { ...leak, culprits } }) }, 2)}\n`,
  ]);
  await writeWhole(page, [diagnosisPage(found, again)]);
  if (leak === undefined) return { page, json };
  await writeWhole(shortest, [jobFile(found, leak.shortest.sequence)]);
  return { page, json, shortest };
}

/** The same for the same bundle and tasks, so that diagnosing the shortest proof leaves the page that it came from. */
function folderName(ref: string, tasks: SimTask[]): string {
  const ids = tasks.map(({ params, seed }) => `${params.param_id} ${seed}`).join('\n');
  const digest = (ref.split(':').at(-1) ?? '').slice(0, 8);
  return `diagnosis-${digest}-${createHash('sha256').update(ids).digest('hex').slice(0, 6)}`;
}
