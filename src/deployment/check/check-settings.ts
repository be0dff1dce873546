import type { Check } from '../../reporting/check.js';
import type { CheckContext } from './check-context.js';

/** Whether the app has the settings that the deployment gave it, and none besides. Only names that we gave are shown with values. */
export function checkSettings({ app, deployed }: CheckContext): Check[] {
  const name = 'Settings';
  const asked = Object.entries(deployed.appSettings);
  const checks = asked.flatMap(([key, value]): Check[] => {
    const has = app.settings[key];
    if (has === value) return [];
    const is = has === undefined ? 'is not set' : `is "${has}"`;
    return [
      {
        name,
        state: 'missing',
        found: `${key} ${is}, and "${value}" was asked: \`mops-cold deploy up\` sets it`,
      },
    ];
  });
  const others = Object.keys(app.settings).filter(
    (key) => /^(MODELOPS_|AzureFunctionsJobHost__)/.test(key) && !(key in deployed.appSettings),
  );
  for (const key of others)
    checks.push({
      name,
      state: 'limited',
      found: `${key} is set, and was not asked: the next deployment removes it`,
    });
  return checks.length > 0
    ? checks
    : [{ name, state: 'ok', found: `all ${asked.length} as they were asked` }];
}
