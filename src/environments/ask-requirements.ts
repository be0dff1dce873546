import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../package/package-root.js';
import { EnvironmentFailed } from '../simulation/environment-failed.js';
import { askPython } from './ask-python.js';

const script = join(packageRoot, 'src', 'environments', 'python', 'requirements.py');

/**
 * Has requirements (PEP 508) and versions (PEP 440) read by pip's own `packaging`.
 *
 * @param python absolute path of the interpreter that they are for, and whose pip it is
 * @param request one of those that the script describes
 * @param answers what it answers
 * @throws EnvironmentFailed when the interpreter cannot be started, or there is no pip; another error for trouble that may pass.
 */
export async function askRequirements<Answer>(
  python: string,
  request: object,
  answers: z.ZodType<Answer>,
): Promise<Answer> {
  const schema = z.union([z.object({ trouble: z.string() }), answers.transform((answer) => ({ answer }))]);
  const said = await askPython(python, ['-I', script], 'what a bundle requires', schema, {
    input: JSON.stringify(request),
  });
  if ('answer' in said) return said.answer;
  throw new EnvironmentFailed(
    `Cannot read what the bundle requires with ${python}: ${said.trouble}, with which requirements are read. Install pip for it (on Debian, python3-pip).`,
  );
}
