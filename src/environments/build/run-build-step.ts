import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { packageRoot } from '../../package/package-root.js';
import { buildVariables } from './build-variables.js';

const script = join(packageRoot, 'src', 'environments', 'python', 'run_build_step.py');

/** The largest environments (torch with CUDA, 5 GB) take minutes; what takes longer hangs. */
const longestMs = 30 * 60_000;

const Ended = z.object({
  code: z.number().nullable(),
  signal: z.number().nullable(),
  error: z.string().nullable(),
});

export interface BuildStep {
  argv: string[];
  /** Besides what every build sees. */
  variables?: Record<string, string>;
}

/**
 * Runs one command of a build, below a supervisor that ends it with this process, and what it leaves running with it.
 *
 * @param python any interpreter, for the supervisor
 * @param cwd what paths in requirements are relative to
 * @param log what the command writes is appended to this file
 * @returns why it failed, as the end of a sentence that begins with the command; undefined when it succeeded
 */
export async function runBuildStep(
  python: string,
  { argv, variables = {} }: BuildStep,
  { cwd, log }: { cwd: string; log: string },
): Promise<string | undefined> {
  await appendFile(log, `$ ${argv.join(' ')}\n`);
  const ended = await execa(python, ['-I', '-S', script, log, ...argv], {
    reject: false,
    cwd,
    extendEnv: false,
    env: { ...buildVariables(), ...variables },
    // Left open: it ends when this process does, however that ends.
    stdin: 'pipe',
    timeout: longestMs,
    forceKillAfterDelay: 5000,
  });
  if (ended.timedOut) return `has not ended within ${longestMs / 60_000} minutes`;
  const told = Ended.safeParse(asJson(ended.stdout.slice(ended.stdout.lastIndexOf('\n') + 1)));
  if (ended.failed || !told.success)
    return `could not be watched (${ended.signal ?? ended.code ?? ended.stderr.trim().slice(-300)})`;
  const { code, signal, error } = told.data;
  if (error !== null) return `could not be started (${error})`;
  if (signal !== null) return `was ended by signal ${signal}`;
  return code === 0 ? undefined : `exited with ${code}`;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
