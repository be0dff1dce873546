import { fileURLToPath } from 'node:url';
import { runCompiled } from '../src/worker/run-compiled.js';

/** What `register.ts` has become, beside this file: src/package/bundle.mjs puts its name in here. */
declare const bundleOfApp: string;

// What the host loads (`main` in package.json).
await runCompiled(fileURLToPath(new URL(bundleOfApp, import.meta.url)));
