import { readFile } from 'node:fs/promises';
import { BuildFailed } from './build-failed.js';
import type { BuildStep } from './run-build-step.js';

/** What a machine lacks for a while. All else is the code's own: it fails the next time, too. */
const passing =
  /No space left on device|Disk quota exceeded|Cannot allocate memory|was ended by signal|could not be (watched|started)/i;

const noCompiler =
  /command '[^']*(cc|\+\+|clang)[^']*' failed: No such file|No CMAKE_CX*_COMPILER could be found|CMAKE_CX*_COMPILER not set|Unknown compiler\(s\)|(cc|\+\+|clang): (command )?not found|linker `cc` not found/;

const mostLines = 25;
const mostCharacters = 2000;

/**
 * Why code of strangers failed that a build runs: the end of what it said, in which compilers tell what is wrong.
 *
 * @param what as the end of a sentence that begins with the build
 */
export async function codeFailed(
  what: string,
  { builds }: Pick<BuildStep, 'builds'>,
  { plan, log }: { plan: { python: { version: string } }; log: string },
): Promise<BuildFailed> {
  const lines = (await readFile(log, 'utf8')).split('\n').map((line) => line.trimEnd());
  const step = lines.slice(lines.findLastIndex((line) => line.startsWith('$ ')) + 1).filter(Boolean);
  const all = step.join('\n');
  const advice = noCompiler.test(all)
    ? ' It needs a compiler, and there is none here: install one, or deploy with --build-tools.'
    : '';
  const own =
    builds === undefined
      ? ' A bundle that is only to run from its folder says package = false below [tool.uv] in its pyproject.toml.'
      : '';
  return new BuildFailed(
    `Cannot build ${builds ?? 'the project that the bundle is'} for Python ${plan.python.version}: its build ${what}.${advice}${own} The whole log: ${log}\n${step.slice(-mostLines).join('\n').slice(-mostCharacters)}`,
    passing.test(`${all}\n${what}`),
    log,
  );
}
