import { execa } from 'execa';
import { z } from 'zod';
import { AzFailed } from './az-failed.js';
import { AzMissing } from './az-missing.js';
import { reasonOf } from './reason-of.js';

/** The Azure CLI. Nothing of what it is given passes through a shell. */
export interface Az {
  /** Runs a command and reads its answer. @throws AzFailed */
  json<T>(schema: z.ZodType<T>, ...args: string[]): Promise<T>;
  /** The same; undefined when there is no such thing. */
  find<T>(schema: z.ZodType<T>, ...args: string[]): Promise<T | undefined>;
  /** Runs a command for what it does. @param onLine takes what it says while it runs */
  run(args: string[], onLine?: (line: string) => void): Promise<void>;
}

/** @param signal ends the command that runs; what Azure has begun by then goes on there */
export function createAz(env: NodeJS.ProcessEnv, signal: AbortSignal): Az {
  const options = {
    extendEnv: false,
    // Two commands are in extensions, and would ask whether to install them.
    env: { ...env, AZURE_EXTENSION_USE_DYNAMIC_INSTALL: 'yes_without_prompt', AZURE_CORE_NO_COLOR: 'true' },
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
    maxBuffer: 64 * 1024 * 1024,
  } as const;

  async function ended(
    args: string[],
    running: PromiseLike<{
      failed: boolean;
      stdout?: unknown;
      stderr?: unknown;
      cause?: unknown;
      exitCode?: number;
      signal?: string;
    }>,
  ): Promise<string> {
    const { failed, stdout = '', stderr = '', cause, exitCode, signal: killedBy } = await running;
    signal.throwIfAborted();
    if (!failed) return String(stdout);
    const trouble = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (trouble === 'ENOENT') throw new AzMissing();
    const ending =
      exitCode !== undefined
        ? `it ended with exit code ${exitCode} and did not say why`
        : killedBy !== undefined
          ? `it was killed (${killedBy}). Give the command again`
          : `it cannot be run (${trouble ?? cause}). \`az\` on PATH must be a program that you may run`;
    throw new AzFailed(commandIn(args), reasonOf(`${stderr}`) ?? ending);
  }

  const json: Az['json'] = async (schema, ...args) => {
    signal.throwIfAborted();
    const text = await ended(args, execa('az', [...args, '--output', 'json'], options));
    try {
      return schema.parse(text.trim() === '' ? null : JSON.parse(text));
    } catch (error) {
      const what =
        error instanceof z.ZodError
          ? `its answer lacks what is needed (\`az upgrade\` brings it up to date):\n${z.prettifyError(error)}`
          : `its answer is not JSON, and begins with "${beginningOf(text)}". Nothing but its answer may go to stdout, and no proxy or login page may answer in Azure's place.`;
      throw new AzFailed(commandIn(args), what, { cause: error });
    }
  };

  return {
    json,
    async find(schema, ...args) {
      try {
        return await json(schema, ...args);
      } catch (error) {
        if (error instanceof AzFailed && error.notFound) return undefined;
        throw error;
      }
    },
    async run(args, onLine = () => undefined) {
      signal.throwIfAborted();
      const running = execa('az', args, { ...options, all: true });
      for await (const line of running.iterable({ from: 'all' })) onLine(line);
      await ended(args, running);
    },
  };
}

/** What was asked for, without values. */
function commandIn(args: string[]): string {
  const end = args.findIndex((arg) => arg.startsWith('-'));
  return args.slice(0, end < 0 ? undefined : end).join(' ');
}

function beginningOf(text: string): string {
  const [line = ''] = text.trim().split('\n', 1);
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
