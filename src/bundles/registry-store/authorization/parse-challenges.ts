/** One way of authorization that a server offers in `WWW-Authenticate`. */
export interface Challenge {
  /** Lower case. */
  scheme: string;
  /** By name in lower case. */
  parameters: Map<string, string>;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

/** Reads `WWW-Authenticate`: several challenges may stand in one header, and commas in quoted text. */
export function parseChallenges(header: string): Challenge[] {
  const separator = /[\s,]*/y;
  const parameter = new RegExp(`(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]+))`, 'y');
  // Some schemes have one unnamed value instead of parameters.
  const scheme = new RegExp(`(${token})(?:\\s+[A-Za-z0-9._~+/-]+=*(?=\\s*(?:,|$)))?`, 'y');
  const challenges: Challenge[] = [];
  let position = 0;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const found = pattern.exec(header);
    if (found !== null) position = pattern.lastIndex;
    return found;
  };

  for (;;) {
    next(separator);
    const current = challenges.at(-1);
    const [, name, quoted, plain] = (current && next(parameter)) ?? [];
    if (current && name !== undefined) {
      current.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
      continue;
    }
    const [, word] = next(scheme) ?? [];
    if (word === undefined) return challenges;
    challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
  }
}
