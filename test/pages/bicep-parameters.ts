import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package/package-root.js';

export interface BicepParameter {
  name: string;
  /** As in Bicep; undefined when it must be given. */
  default: string | undefined;
  type: string;
  description: string | undefined;
  allowed: string[] | undefined;
  /** Bounds of a number, or of the length of a text or list. */
  minimum: number | undefined;
  maximum: number | undefined;
}

/** The parameters of infra/main.bicep, in their order. Reads Bicep as `bicep format` lays it out. */
export function bicepParameters(): BicepParameter[] {
  const text = readFileSync(join(packageRoot, 'infra', 'main.bicep'), 'utf8');
  return [...text.matchAll(/((?:^@.*\n)+)^param (\w+) (\S+)(?: = (.*))?$/gm)].map(
    ([, decorators = '', name = '', type = '', value]) => {
      const number = (kind: string) => {
        const found = new RegExp(`^@${kind}(?:Value|Length)\\((\\d+)\\)$`, 'm').exec(decorators)?.[1];
        return found === undefined ? undefined : Number(found);
      };
      const allowed = /^@allowed\(\[(.*)\]\)$/m.exec(decorators)?.[1];
      return {
        name,
        type,
        default: value,
        description: /^@description\('(.*)'\)$/m.exec(decorators)?.[1]?.replaceAll("\\'", "'"),
        allowed: allowed && [...allowed.matchAll(/'([^']*)'/g)].map(([, word = '']) => word),
        minimum: number('min'),
        maximum: number('max'),
      };
    },
  ) as BicepParameter[];
}
