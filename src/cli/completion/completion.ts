import type { Command } from 'commander';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';
import { completedWords } from './completed-words.js';
import { completionScript, type Shell } from './completion-script.js';

/** What `mops-cold completion` does. */
export async function completion(
  output: Output,
  program: Command,
  [shell = 'bash']: (string | undefined)[],
): Promise<ExitCode> {
  const script = completionScript(shell as Shell, completedWords(program));
  output.say(script);
  output.document({ shell, script });
  return exitCodes.done;
}
