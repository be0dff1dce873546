import type { Scalar } from '../json/scalar.js';
import { stringifyJson } from '../json/stringify-json.js';

/** What a bundle has to say below `[tool.modelops]` to begin its tasks with what a run like this one leaves: a line of TOML. */
export function warmUpLine({
  entrypoint,
  params,
}: {
  entrypoint: string;
  params: Record<string, Scalar>;
}): string {
  const values = Object.entries(params).map(([name, value]) => `${keyOf(name)} = ${textOf(value)}`);
  const table = values.length === 0 ? '{}' : `{ ${values.join(', ')} }`;
  return `warm_up = { entrypoint = ${textOf(entrypoint)}, params = ${table} }`;
}

/** Numbers, truth values and text are in TOML as in JSON, but for one character. */
function textOf(value: Scalar): string {
  return stringifyJson(value).replaceAll('\x7f', '\\u007f');
}

function keyOf(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : textOf(name);
}
