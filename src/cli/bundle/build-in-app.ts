import { openStorage } from '../../connections/open-storage.js';
import { buildInApp as build } from '../../prebuild/build-in-app.js';
import type { CliContext } from '../cli-context.js';
import type { Output } from '../terminal/output.js';

/** Lets the app build an environment, and says that it is waited for. */
export async function buildInApp(
  output: Output,
  context: CliContext,
  bundleRef: string,
  repair: boolean,
): ReturnType<typeof build> {
  return build(await openStorage(context.env), bundleRef, {
    repair,
    signal: context.signal,
    onSent: (request) => output.note(`The app is building the environment (request ${request}) …`),
  });
}
