import { readSettings } from '../../config/read-settings.js';
import type { Caller } from '../../connections/caller.js';
import { namedBundle } from '../../connections/named-bundle.js';
import { openStorage } from '../../connections/open-storage.js';
import { checkInApp } from '../../preflight/check-in-app.js';
import type { CheckedNames } from '../../preflight/checked-names.js';
import type { Check } from '../../reporting/check.js';
import { describeError } from '../../reporting/describe-error.js';
import { storageEnvironment } from '../storage-environment.js';
import type { CheckContext } from './check-context.js';

/** Lets the app try out a model: its Python, packages, wire function, entrypoints and targets, none of which is run. */
export async function checkBundle(
  { deployed, reporter, storeBundle }: CheckContext,
  caller: Caller,
  refOrPath: string,
  names: CheckedNames,
): Promise<Check[]> {
  const name = 'Bundle';
  const env = storageEnvironment(deployed, caller.env);
  try {
    const named = await namedBundle(refOrPath, readSettings(env).settings, { ...caller, env });
    await storeBundle(named);
    const problems = await checkInApp(await openStorage(env), named.ref, names, caller.signal, (jobId) =>
      reporter.note(`The app is checking the bundle (job ${jobId}) …`),
    );
    if (problems.length > 0) return problems.map((found) => ({ name, state: 'missing', found }));
    const tried = [...names.entrypoints, ...names.targets];
    return [{ name, state: 'ok', found: `the app can run ${[named.ref, ...tried].join(', ')}` }];
  } catch (error) {
    caller.signal.throwIfAborted();
    return [{ name, state: 'missing', found: describeError(error) }];
  }
}
