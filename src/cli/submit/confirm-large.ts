import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import { askForName } from '../terminal/ask-for-name.js';

/**
 * Asks whether a large submission is meant.
 *
 * @throws UsageError where nobody can be asked; an error when it is not meant
 */
export async function confirmLarge(
  tasks: number,
  { stderr, signal }: Pick<CliContext, 'stderr' | 'signal'>,
  input: NodeJS.ReadableStream & { isTTY?: boolean } = process.stdin,
): Promise<void> {
  if (!input.isTTY)
    throw new UsageError(
      `Cannot ask whether these ${tasks} tasks are meant: this is no terminal, and nothing was sent. Give --yes to send them, or --dry-run to look at them.`,
    );
  if (await askForName(`Type yes to send ${tasks} tasks: `, 'yes', { input, output: stderr }, signal)) return;
  throw new Error('Nothing was sent.');
}
