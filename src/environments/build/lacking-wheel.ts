/** A distribution that is to be installed and has no wheel for here. */
export interface LackingWheel {
  name: string;
  /** Where it was said. */
  version?: string;
}

const said =
  /(?:Distribution|attempted to build|Failed to (?:download and )?build|source distributions for|Wheels are required for) `([A-Za-z0-9][A-Za-z0-9._-]*)(?:==([^\s`]+))?/;
const why = /--no-build|is disabled|no usable wheels/;

/** What uv names when it was told to build nothing; one at a time. */
export function lackingWheel(log: string): LackingWheel | undefined {
  const [, name, version] = (why.test(log) && said.exec(log)) || [];
  if (name === undefined) return undefined;
  return { name, ...(version !== undefined && { version }) };
}
