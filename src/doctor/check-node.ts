import type { Check } from '../reporting/check.js';

/** As `engines` in package.json says. */
const least = { major: 20, minor: 10 };

/** Whether this Node.js can run the app, its tests and its tools. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > least.major || (major === least.major && minor >= least.minor);
  return {
    name: 'Node.js',
    state: enough ? 'ok' : 'missing',
    found: enough ? version : `${version}, and ${least.major}.${least.minor} or newer is needed: install it`,
  };
}
