import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';

/** Small bundles with known answers. Their task with parameter x = 2 goes wrong after the one with x = 1, but for the clean ones. */
const corpus = join(packageRoot, 'test', 'fixtures', 'leaks');

export interface LeakAnswer {
  name: string;
  language: 'C' | 'C++' | 'Cython' | 'Fortran' | 'Python' | 'Rust';
  /** No state that outlives a task changes an answer. */
  clean?: true;
  /** The cause: by its key, in which * may stand at the end, */
  key?: string;
  /** or by its variable, null where a stripped library does not tell. */
  symbol?: string | null;
  kind?: 'native' | 'heap';
  library?: string;
  section?: string;
}

export async function readLeakAnswers(): Promise<LeakAnswer[]> {
  const answers: Record<string, Omit<LeakAnswer, 'name'>> = JSON.parse(
    await readFile(join(corpus, 'answers.json'), 'utf8'),
  );
  return Object.entries(answers).map(([name, answer]) => ({ name, ...answer }));
}

/**
 * Makes one of the bundles, with its model compiled.
 *
 * @param to its folder, which is made
 * @returns why it cannot be made on this machine, if so
 */
export async function buildLeak(name: string, to: string, python: string): Promise<string | undefined> {
  const { stdout } = await execa(python, [join(corpus, 'build_leak.py'), name, to], { timeout: 120_000 });
  if (stdout.trim() === '') return undefined;
  await rm(to, { recursive: true, force: true });
  return stdout.trim();
}

/** Whether a change is what the answer says. */
export function isCulprit(
  answer: LeakAnswer,
  change: {
    key: string;
    kind: string;
    symbol: string | null;
    library: string | null;
    section: string | null;
  },
): boolean {
  if (answer.key?.endsWith('*')) return change.key.startsWith(answer.key.slice(0, -1));
  if (answer.key !== undefined) return change.key === answer.key;
  return (
    change.kind === (answer.kind ?? 'native') &&
    change.symbol === answer.symbol &&
    (answer.library === undefined || change.library === answer.library) &&
    (answer.section === undefined || change.section === answer.section)
  );
}
