import { auditMachine } from './audit-machine.js';
import { auditQueues } from './audit-queues.js';
import { auditStored } from './audit-stored.js';
import type { Audited } from './audited.js';
import { untilSwept } from './until-swept.js';

/** Looks at everything that a campaign has left: queues, blobs, and the machine after all instances have ended. */
export async function auditCampaign(audited: Audited): Promise<{
  findings: string[];
  outcomes: Record<string, number>;
  cutAttempts: number;
}> {
  const findings = await auditQueues(audited.campaign);
  await Promise.all(audited.campaign.instances.map(untilSwept));
  await Promise.all(audited.campaign.instances.map((instance) => instance.stop()));
  const stored = await auditStored(audited);
  const left = (
    await Promise.all(audited.campaign.instances.map((instance) => auditMachine(instance, audited.plan)))
  ).flat();
  return { ...stored, findings: [...findings, ...stored.findings, ...left] };
}
