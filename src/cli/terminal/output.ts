import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { CliContext } from '../cli-context.js';
import type { ExitCode } from '../exit-codes.js';

export interface Output {
  readonly json: boolean;
  /** Where progress and notes go: never in the way of a program that reads stdout. */
  readonly progress: NodeJS.WritableStream;
  /** Text for people: the result itself, on stdout, unless stdout belongs to `--json`. */
  say(text: string): void;
  /** A remark beside the result, on stderr. */
  note(text: string): void;
  /** The result for programs: one JSON document on one line (a dry run gives one for each task). Does nothing without `--json`. */
  document(value: unknown): void;
  /** What went wrong: for people on stderr, and with `--json` as a document too, unless there is one already. */
  fail(message: string, exitCode: ExitCode): void;
}

export function createOutput(
  { stdout, stderr }: Pick<CliContext, 'stdout' | 'stderr'>,
  json: boolean,
): Output {
  let documents = 0;
  const document = (value: unknown) => {
    if (!json) return;
    documents += 1;
    stdout.write(`${stringifyJson(value)}\n`);
  };
  return {
    json,
    progress: stderr,
    say: (text) => void (json ? stderr : stdout).write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    document,
    fail(message, exitCode) {
      stderr.write(`${message}\n`);
      if (documents === 0) document({ error: { message, exit_code: exitCode } });
    },
  };
}
