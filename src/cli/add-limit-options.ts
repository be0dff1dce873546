import type { Command } from 'commander';
import { parseBytes } from './parse-bytes.js';
import { parseSeconds } from './parse-seconds.js';

/** Adds the options that limit what one task may take. */
export function addLimitOptions(command: Command): Command {
  return command
    .option(
      '--timeout <time>',
      "longest time that a task may run, as in 90s, 5m or 1h30m; in place of the tasks' and the bundle's own, and at most the app's",
      parseSeconds,
    )
    .option(
      '--memory <size>',
      'memory that a task may take with everything it starts, as in 512MiB or 4GiB; likewise',
      parseBytes,
    );
}
