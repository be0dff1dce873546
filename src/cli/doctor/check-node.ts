import type { Check } from './check.js';

const leastMajor = 20;

export function checkNode(version: string): Check {
  const enough = Number(version.split('.')[0]) >= leastMajor;
  return {
    name: 'Node.js',
    state: enough ? 'ok' : 'missing',
    found: enough ? version : `${version}, and ${leastMajor} or newer is needed: install it`,
  };
}
