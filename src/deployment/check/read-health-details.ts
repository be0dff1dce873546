import { z } from 'zod';
import type { Az } from '../az/create-az.js';
import type { Deployed } from '../deployed.js';
import type { Place } from '../place.js';

const withinMs = 30_000;

/** What the app tells with its key; without a worker that could be configured, only the problems. */
const Details = z.looseObject({
  status: z.string(),
  problems: z.array(z.string()),
  image: z.string().nullish(),
  executor: z.string().optional(),
  python: z.looseObject({ python: z.string(), version: z.string() }).optional(),
  environments: z
    .array(
      z.looseObject({ id: z.string(), python: z.string(), distributions: z.record(z.string(), z.string()) }),
    )
    .optional(),
  settings_without_effect: z.array(z.string()).optional(),
});
export type HealthDetails = z.infer<typeof Details>;

const Keys = z.json();

/** Asks the app itself. The key is read for this one request, and kept nowhere. */
export async function readHealthDetails(
  az: Az,
  { group }: Place,
  { appName, healthUrl, asked }: Deployed,
  signal: AbortSignal,
): Promise<HealthDetails> {
  const which = ['--resource-group', group, '--name', appName, '--function-name', 'healthDetails'];
  const keys =
    asked.hosting === 'premium'
      ? await az.json(Keys, 'functionapp', 'function', 'keys', 'list', ...which)
      : await az.json(
          Keys,
          'containerapp',
          'function',
          'keys',
          'list',
          '--key-type',
          'functionKey',
          ...which,
        );
  const key = keyIn(keys);
  if (key === undefined) throw new Error('the platform gives no key for it');
  const response = await fetch(`${healthUrl}/details`, {
    headers: { 'x-functions-key': key },
    signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
  });
  const text = await response.text();
  try {
    return Details.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${healthUrl}/details answers ${response.status}, and not as this version of the app does`,
      {
        cause,
      },
    );
  }
}

/** Premium gives `{default: key}`; Container Apps a list of names and values, somewhere within. */
function keyIn(keys: z.infer<typeof Keys>): string | undefined {
  if (typeof keys !== 'object' || keys === null) return undefined;
  if (Array.isArray(keys)) return keys.map(keyIn).find((key) => key !== undefined);
  if (typeof keys.default === 'string') return keys.default;
  if (typeof keys.name === 'string' && typeof keys.value === 'string') return keys.value;
  return Object.values(keys)
    .map(keyIn)
    .find((key) => key !== undefined);
}
