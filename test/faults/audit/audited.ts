import type { JobRun } from '../../../src/simulation/ports.js';
import type { CampaignTask } from '../campaign/campaign-tasks.js';
import type { OpenCampaign } from '../campaign/open-campaign.js';
import type { CampaignPlan } from '../campaign/plan-campaign.js';

/** A campaign whose faults are over. */
export interface Audited {
  plan: CampaignPlan;
  campaign: OpenCampaign;
  tasks: CampaignTask[];
  jobRun: JobRun;
}
