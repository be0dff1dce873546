import { join } from 'node:path';
import { pathsBelow } from '../../fixtures/files/paths-below.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, type FixtureRun, type FixtureRunner, localBundle } from './run-fixture.js';

const make = temporaryFolders();
/** Skips a test where processes are not forked. */
export const onLinux = { skip: process.platform === 'linux' ? false : 'forkserver needs Linux' };

/** Lets a test run tasks of a model that is given by its wire.py. */
export async function withModel(
  wire: string,
  use: (run: (run?: FixtureRun) => ReturnType<FixtureRunner['run']>, runner: FixtureRunner) => Promise<void>,
) {
  const folder = await make({ 'wire.py': wire });
  const runner = await createFixtureRunner();
  try {
    const bundle = await localBundle(folder);
    await use((run = {}) => runner.run('', { bundle, executor: 'forkserver', ...run }), runner);
  } finally {
    await runner.close();
  }
}

/** Logs of tasks that have been handed over, by which a test knows that they run. */
export function logsOf({ scratchRoot }: FixtureRunner): string[] {
  return pathsBelow(join(scratchRoot, 'w')).filter((path) => path.endsWith('/log'));
}

/** A model that tells in which process it was imported and called, and what it found there. */
export const model = `
import os, tempfile
tempfile.gettempdir()
imported_in, calls = os.getpid(), 0
def wire(entrypoint, params, seed):
    global calls
    calls += 1
    note = os.path.join(os.getcwd(), "note")
    found = os.path.exists(note)
    open(note, "w").close()
    print("called")
    return {"calls": str(calls), "pid": str(os.getpid()), "imported_in": str(imported_in), "found": str(found),
            "cwd": os.getcwd(), "home": os.environ["HOME"], "tmp": tempfile.gettempdir(), "parent": str(os.getppid()),
            "session": str(os.getsid(0)), "seed": str(seed)}
`;
