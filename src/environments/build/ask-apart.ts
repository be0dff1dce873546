import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { jsonIn } from '../../contracts/json/json-in.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import { buildLimits } from './build-limits.js';
import type { BuildOptions } from './build-options.js';
import { runBuildStep } from './run-build-step.js';

const longestMs = 30_000;

/**
 * Runs a script in an environment, in which it runs code of strangers: with their limits, and as their user. The last line that it prints is JSON.
 *
 * @param about the end of a sentence that begins with "Cannot ask python3"
 * @param base the interpreter that the environment was made with
 * @throws EnvironmentFailed when it does not answer; another error for trouble that may pass.
 */
export async function askApart<Answer>(
  { python, base, reads }: { python: string; base: string; reads: string[] },
  argv: string[],
  about: string,
  schema: z.ZodType<Answer>,
  { limits, sandbox }: Pick<BuildOptions, 'limits' | 'sandbox'>,
): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'mops-asked-'));
  const log = join(folder, 'said');
  try {
    const { failed } = await runBuildStep(
      base,
      { argv: [python, ...argv], runs: 'code', writes: [], offline: true },
      {
        cwd: folder,
        folder,
        log,
        reads,
        secrets: { variables: {}, values: [] },
        limits: buildLimits({ ...limits, timeoutMs: longestMs }),
        sandbox,
      },
    );
    const said = (await readFile(log, 'utf8')).trimEnd().split('\n');
    const last = said.at(-1) ?? '';
    const { success, data } = schema.safeParse(jsonIn(last));
    if (failed === undefined && success) return data;
    const message = `Cannot ask ${python} ${about}: it ${failed ?? 'does not answer'} (${last.slice(0, 300)}).`;
    throw failed !== undefined && /could not be (watched|started)/.test(failed)
      ? new Error(message)
      : new EnvironmentFailed(message);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
