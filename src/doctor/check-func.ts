import { execa } from 'execa';
import type { Check } from '../reporting/check.js';

/** Azure Functions Core Tools, which are optional: the embedded host does the same locally. */
export async function checkFunc(): Promise<Check> {
  const answer = await execa('func', ['--version'], { reject: false, stdin: 'ignore', timeout: 30_000 });
  return answer.failed
    ? { name: 'Core Tools', state: 'ok', found: 'func is not on PATH: the embedded host runs the app here' }
    : { name: 'Core Tools', state: 'ok', found: `func ${answer.stdout.trim()}` };
}
