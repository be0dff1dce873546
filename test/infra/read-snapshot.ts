import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { snapshotsFolder } from './infra-folder.js';
import { resolveExpressions } from './resolve-expressions.js';

const Resource = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  location: z.string().optional(),
  kind: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.record(z.string(), z.json()).default({}),
});
export type Resource = z.infer<typeof Resource>;

export interface Snapshot {
  text: string;
  resources: Resource[];
  outputs: Record<string, unknown>;
  /** The resources of a type. */
  of(type: string): Resource[];
  /** The only resource of a type. */
  one(type: string): Resource;
}

/** What a deployment would make, as `bicep snapshot` has written it down. */
export function readSnapshot(name: string): Snapshot {
  const text = readFileSync(join(snapshotsFolder, `${name}.snapshot.json`), 'utf8');
  const parsed = z
    .object({ predictedResources: z.array(Resource), outputs: z.record(z.string(), z.json()) })
    .parse(resolveExpressions(JSON.parse(text)));
  const of = (type: string) => parsed.predictedResources.filter((resource) => resource.type === type);
  return {
    text,
    resources: parsed.predictedResources,
    outputs: parsed.outputs,
    of,
    one(type) {
      const [resource, ...others] = of(type);
      if (resource === undefined || others.length > 0)
        throw new Error(`${name} has ${others.length + (resource ? 1 : 0)} of ${type}, not one.`);
      return resource;
    },
  };
}
