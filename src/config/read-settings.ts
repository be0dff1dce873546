import { nearestName } from '../contracts/validation/nearest-name.js';
import { buildSecretPrefix, wrongBuildSecret } from './build-secret.js';
import { ConfigurationError } from './configuration-error.js';
import { Settings, settingsWithoutEffect } from './settings.js';

export interface ReadSettings {
  settings: Settings;
  /** `NAME: why it has no effect` */
  withoutEffect: string[];
}

/**
 * The settings in an environment. An empty value counts as absent, as it does in app settings.
 *
 * @throws ConfigurationError naming every setting that is wrong or unknown.
 */
export function readSettings(env: NodeJS.ProcessEnv): ReadSettings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const problems = Object.keys(given).flatMap(unknownSetting);
  for (const [name, value = ''] of Object.entries(given)) {
    const wrong = name.startsWith(buildSecretPrefix) ? wrongBuildSecret(value) : undefined;
    if (wrong !== undefined) problems.push(`${name} ${wrong}.`);
  }

  const parsed = Settings.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      // A sentence of its own says already which setting it is about.
      const whole = issue.message.startsWith(`${name} `);
      problems.push(whole ? issue.message : `${name} ${said(name, given[name])}${issue.message}.`);
    }
    throw new ConfigurationError(problems);
  }
  const { MODELOPS_EXECUTOR_TYPE: type, MODELOPS_EXECUTOR: alias } = parsed.data;
  if (given.MODELOPS_EXECUTOR_TYPE && alias && alias !== type) {
    problems.push(
      `MODELOPS_EXECUTOR_TYPE is "${type}" and MODELOPS_EXECUTOR is "${alias}": remove one of them.`,
    );
  }
  if (problems.length > 0) throw new ConfigurationError(problems);

  const withoutEffect = Object.keys(given)
    .filter((name) => name in settingsWithoutEffect)
    .map((name) => `${name}: ${settingsWithoutEffect[name]}`);
  return { settings: { ...parsed.data, MODELOPS_EXECUTOR_TYPE: alias ?? type }, withoutEffect };
}

/** A connection string holds a key, a password is one, and what stands before an @ may be one: they are never repeated. */
function said(name: string, value = ''): string {
  return /CONNECTION_STRING|PASSWORD/.test(name) || value.includes('@') ? '' : `is "${value}": `;
}

function unknownSetting(name: string): string[] {
  if (name.startsWith(buildSecretPrefix)) return [];
  if (!name.startsWith('MODELOPS_') || name in Settings.shape || name in settingsWithoutEffect) return [];
  const nearest = nearestName(name, Object.keys(Settings.shape));
  return [`${name} is not a setting${nearest ? `: did you mean ${nearest}?` : ': remove it.'}`];
}
