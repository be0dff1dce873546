import { z } from 'zod';
import type { Deployment } from './read-deployment.js';

/** The outputs of infra/main.bicep. Those of the app are empty while there is none. */
const Outputs = z.object({
  storageAccount: z.string(),
  queue: z.string(),
  registry: z.string(),
  appName: z.string(),
  healthUrl: z.string(),
  workspaceCustomerId: z.string(),
  image: z.string(),
  appPrincipalId: z.string(),
  pullPrincipalId: z.string(),
  appSettings: z.record(z.string(), z.string()),
  asked: z.object({
    hosting: z.enum(['premium', 'containerapps']),
    minimumInstances: z.number(),
    executor: z.string(),
    bundleSource: z.enum(['blob', 'oci']),
    taskTimeoutSeconds: z.number(),
    uploadSeconds: z.number(),
  }),
});

export type Deployed = z.infer<typeof Outputs>;

/** What a deployment that has succeeded has made. @throws Error when it is not one of this version's infra/main.bicep */
export function deployedBy({ name, outputs }: Deployment): Deployed {
  const read = Outputs.safeParse(outputs);
  if (read.success) return read.data;
  throw new Error(
    `Cannot read the deployment ${name}: it is not one of this version's infra/main.bicep. Deploy it again with \`mops-cold deploy up\`.\n${z.prettifyError(read.error)}`,
    { cause: read.error },
  );
}
