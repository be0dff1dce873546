import { execa } from 'execa';
import { z } from 'zod';
import { EnvironmentFailed } from '../simulation/environment-failed.js';

const PythonFacts = z.object({
  /** As it was called, links not resolved: that is how a virtual environment knows itself. */
  executable: z.string().min(1),
  version: z.tuple([z.number(), z.number(), z.number()]),
});
export type PythonFacts = z.infer<typeof PythonFacts>;

// Understood by every Python since 2.6, so that an old one can say how old it is.
const script = `
import sys
sys.path = [folder for folder in sys.path if folder]
import json
print(json.dumps({"executable": sys.executable, "version": list(sys.version_info[:3])}))
`;

/** Starting Python takes 20 ms; the first start from a cold network disk has taken seconds. */
const timeoutMs = 30_000;

const advice = 'Install Python 3.9 or newer, or let MODELOPS_PYTHON name one.';

/**
 * Asks an interpreter who it is.
 *
 * @throws EnvironmentFailed when the command is not there or is no Python; another error for trouble that may pass.
 */
export async function probePython(command: string): Promise<PythonFacts> {
  const answer = await execa(command, ['-E', '-s', '-S', '-c', script], {
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    forceKillAfterDelay: 1000,
    maxBuffer: 64 * 1024,
  });
  const { code, exitCode, signal } = answer;
  if (answer.timedOut) {
    throw new Error(
      `Cannot ask ${command} which Python it is: no answer within ${timeoutMs / 1000} seconds.`,
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
    throw new Error(`Cannot ask ${command} which Python it is: ${signal ?? code ?? 'unknown reason'}.`, {
      cause: answer,
    });
  }
  try {
    return PythonFacts.parse(JSON.parse(answer.stdout.slice(answer.stdout.lastIndexOf('\n') + 1)));
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
