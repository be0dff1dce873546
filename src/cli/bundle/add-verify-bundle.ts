import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold bundle verify` */
export function addVerifyBundle(bundle: Command, context: CliContext): void {
  addCommand(
    bundle,
    context,
    'verify <reference>',
    'read every file of a bundle in the store, and compare it with its digest; exits with 1 when one differs',
    (command) => command,
    async (output, _options, args) => (await import('./verify.js')).verify(output, context, args),
  );
}
