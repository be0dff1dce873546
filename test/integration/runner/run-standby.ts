import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import {
  createFixtureRunner,
  type FixtureRun,
  type FixtureRunner,
  localBundle,
  placesIn,
} from './run-fixture.js';

const model = `
import os, sys
where = os.environ.get("REPORT_TO")
imported_in = os.getpid()
folder = os.getcwd()
environment = dict(os.environ)
def wire(entrypoint, params, seed):
    if params.get("sleep"):
        import time
        time.sleep(params["sleep"])
    return {"pid": str(os.getpid()), "imported_in": str(imported_in), "folder": folder, "cwd": os.getcwd(),
            "own": environment.get("OWN", "")}
`;

const make = temporaryFolders();
/** The folder of a model that says when it was imported, and in which process. */
export const bundle: string = await make({ 'wire.py': model });

/** Lets a test run tasks of {@link bundle} where processes stand by. */
export async function withRunner(
  options: { most?: number; unusedMs?: number; containerBytes?: number },
  use: (runner: FixtureRunner, run: (run?: FixtureRun) => ReturnType<FixtureRunner['run']>) => Promise<void>,
) {
  const runner = await createFixtureRunner({ standby: { most: 1, unusedMs: 60_000, ...options } });
  try {
    await use(runner, async (run = {}) => runner.run('', { bundle: await localBundle(bundle), ...run }));
  } finally {
    await runner.close();
  }
}

/** Python processes that have been started below a scratch folder, runs and those that stand by. */
export function placesOf({ scratchRoot }: FixtureRunner): string[] {
  return placesIn(scratchRoot).attempts;
}
