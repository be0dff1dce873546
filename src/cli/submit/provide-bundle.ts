import { readBundlePlace } from '../../config/read-bundle-place.js';
import { openCache } from '../../connections/open-bundles.js';
import type { OpenStorage } from '../../connections/open-storage.js';
import { pushWithProgress } from '../bundle/push-with-progress.js';
import type { CliContext } from '../cli-context.js';
import type { Output } from '../terminal/output.js';
import type { SubmissionPlan } from './plan-submission.js';
import { preflightHere } from './preflight-here.js';
import { preflightInApp } from './preflight-in-app.js';
import type { SubmitOptions } from './submit-options.js';
import { type TriedTask, tryFirstTask } from './try-first-task.js';

/**
 * Makes sure that the app can run the bundle of a submission: tries it out, runs its first task here, stores it, lets the app
 * build its environment and try it out, as asked.
 *
 * @returns what the first task made, when it was run
 * @throws Error that names what would keep the tasks from running
 */
export async function provideBundle(
  storage: OpenStorage,
  { bundle, names, lines, limits }: SubmissionPlan,
  {
    preflight,
    preflightInApp: inAppNext = false,
    build = false,
    try: tryNext = false,
    verb = 'submit',
  }: SubmitOptions,
  {
    output,
    context,
    beforeSending,
  }: {
    output: Output;
    context: CliContext;
    /** Is told what the first task made, when it was run; nothing has been sent then. */
    beforeSending?: (tried: TriedTask | undefined) => Promise<void>;
  },
): Promise<TriedTask | undefined> {
  const { settings } = storage;
  const appIsHere = isLocal(storage.blobs.url);
  const bundles = preflight || tryNext ? openCache(settings, await bundle.source()) : undefined;
  if (preflight && bundles) {
    // Where the app checks for itself, what this machine lacks says nothing.
    const isTheApps = appIsHere && !inAppNext;
    const request = { settings, bundles, bundleRef: bundle.ref, names, isTheApps };
    await preflightHere(request, { output, context, inAppNext, tryNext, verb });
  }
  const [first] = lines;
  const tried =
    tryNext && bundles && first
      ? await tryFirstTask(
          { settings, bundles, task: { ...first.message, ...limits }, verb },
          { output, context },
        )
      : undefined;
  await beforeSending?.(tried);
  const pushed = await pushWithProgress(bundle, output);
  if (pushed && !appIsHere && readBundlePlace(settings).kind === 'file') {
    output.note('The app finds this bundle only where its MODELOPS_BUNDLES_DIR is that folder.');
  }
  if (build) {
    const { buildInApp } = await import('../bundle/build-in-app.js');
    const environment = await buildInApp(output, context, bundle.ref, false);
    output.note(
      environment === undefined
        ? 'The bundle declares no packages: nothing has to be built.'
        : `The environment ${environment.id} is stored, for Python ${environment.version} on ${environment.platform}.`,
    );
  }
  if (inAppNext) await preflightInApp(storage, bundle.ref, names, { output, context });
  return tried;
}

function isLocal(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}
