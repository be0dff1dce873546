import { Argument, type Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold completion` */
export function addCompletion(program: Command, context: CliContext): void {
  addCommand(
    program,
    context,
    'completion',
    'print a script that completes verbs and options in a shell: source <(mops-cold completion bash)',
    (command) => command.addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish'])),
    async (output, _, args) => (await import('./completion.js')).completion(output, program, args),
  );
}
