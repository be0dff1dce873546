import { execa } from 'execa';
import type { z } from 'zod';
import { EnvironmentFailed } from '../simulation/environment-failed.js';
import { goneBase } from './gone-base.js';

/** Starting Python takes 20 ms; the first start from a cold network disk has taken seconds. */
const timeoutMs = 30_000;

/** What an interpreter, or a script that finds one, may need to start. */
const harmless = /^(PATH|HOME|TMPDIR|LANG|LC_[A-Z]+|TZ|PYENV_[A-Z]+|ASDF_[A-Z_]+|CONDA_[A-Z_]+)$/;

const advice = 'Install Python 3.9 or newer, or let MODELOPS_PYTHON name one.';

/**
 * Runs an interpreter and reads the last line that it prints, which is JSON: what is installed there may print before.
 *
 * @param about the end of a sentence that begins with "Cannot ask python3"
 * @param input what it reads from its standard input
 * @throws EnvironmentFailed when the command is not there or is no Python; another error for trouble that may pass.
 */
export async function askPython<Answer>(
  command: string,
  argv: string[],
  about: string,
  schema: z.ZodType<Answer>,
  { longestMs = timeoutMs, input }: { longestMs?: number; input?: string } = {},
): Promise<Answer> {
  const answer = await execa(command, argv, {
    reject: false,
    // What is installed there may run at its start, and is to see no key.
    extendEnv: false,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => harmless.test(name))),
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    timeout: longestMs,
    forceKillAfterDelay: 1000,
    maxBuffer: 16 * 1024 * 1024,
  });
  const { code, exitCode, signal } = answer;
  if (answer.timedOut) {
    throw new Error(`Cannot ask ${command} ${about}: no answer within ${longestMs / 1000} seconds.`);
  }
  const gone = answer.failed && command.includes('/') ? await goneBase(command) : undefined;
  if (gone !== undefined) {
    throw new EnvironmentFailed(
      `Cannot start ${command}: the virtual environment ${gone.environment} was made with the Python in ${gone.base}, which is gone. Make the environment again, or install that Python there.`,
      { cause: answer },
    );
  }
  if (code === 'ENOENT') {
    throw new EnvironmentFailed(`Cannot find the Python ${command}: it does not exist here. ${advice}`, {
      cause: answer,
    });
  }
  if (code === 'EACCES' || code === 'ENOTDIR' || code === 'ENOEXEC') {
    throw new EnvironmentFailed(`Cannot start ${command}: it is not executable (${code}). ${advice}`, {
      cause: answer,
    });
  }
  if (exitCode !== undefined && exitCode !== 0) {
    throw new EnvironmentFailed(
      `Cannot use ${command} as Python: it exits with ${exitCode}${lastWords(answer.stderr)}. ${advice}`,
    );
  }
  if (answer.failed) {
    throw new Error(`Cannot ask ${command} ${about}: ${signal ?? code ?? 'unknown reason'}.`, {
      cause: answer,
    });
  }
  try {
    return schema.parse(JSON.parse(answer.stdout.slice(answer.stdout.lastIndexOf('\n') + 1)));
  } catch (cause) {
    throw new EnvironmentFailed(`Cannot use ${command} as Python: it answers as no Python does. ${advice}`, {
      cause,
    });
  }
}

function lastWords(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line === '' ? '' : ` (${line.slice(0, 300)})`;
}
