import { parseJson } from '../../../src/contracts/json/parse-json.js';

export const bundleRef = `sha256:${'a'.repeat(64)}`;

/** A valid task as a sender's JSON, already parsed, with some fields replaced; `undefined` leaves one out. */
export function someTask(replaced: Record<string, unknown> = {}): Record<string, unknown> {
  const task = parseJson(`{
    "bundle_ref": "${bundleRef}",
    "entrypoint": "models.sir/baseline",
    "params": {"values": {"beta": 0.3, "n": 1000}},
    "seed": 1
  }`) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries({ ...task, ...replaced }).filter(([, value]) => value !== undefined),
  );
}
