import { Argument, type Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold schema` */
export function addSchema(program: Command, context: CliContext): void {
  addCommand(
    program,
    context,
    'schema',
    'print the JSON Schema of what can be submitted, for editors and other programs',
    (command) =>
      command.addArgument(
        new Argument('<of>', 'what it describes').choices(['job', 'study', 'parameter-set', 'message']),
      ),
    async (output, _options, args) => (await import('./schema.js')).schema(output, args),
  );
}
