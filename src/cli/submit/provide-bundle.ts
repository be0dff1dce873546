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

/**
 * Makes sure that the app can run the bundle of a submission: tries it out, stores it, lets the app try it out, as asked.
 *
 * @throws Error that names what would keep the tasks from running
 */
export async function provideBundle(
  storage: OpenStorage,
  { bundle, names }: SubmissionPlan,
  { preflight, preflightInApp: inAppNext = false }: SubmitOptions,
  { output, context }: { output: Output; context: CliContext },
): Promise<void> {
  const { settings } = storage;
  const appIsHere = isLocal(storage.blobs.url);
  if (preflight) {
    const bundles = openCache(settings, await bundle.source());
    // Where the app checks for itself, what this machine lacks says nothing.
    const isTheApps = appIsHere && !inAppNext;
    const request = { settings, bundles, bundleRef: bundle.ref, names, isTheApps };
    await preflightHere(request, { output, context, inAppNext });
  }
  const pushed = await pushWithProgress(bundle, output);
  if (pushed && !appIsHere && readBundlePlace(settings).kind === 'file') {
    output.note('The app finds this bundle only where its MODELOPS_BUNDLES_DIR is that folder.');
  }
  if (inAppNext) await preflightInApp(storage, bundle.ref, names, { output, context });
}

function isLocal(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}
