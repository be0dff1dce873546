import type { Az } from '../az/create-az.js';
import { groupTag, hasTags, ownerTags } from '../owner-tags.js';
import type { Place } from '../place.js';
import { readDeployment } from '../read-deployment.js';
import { type Group, type GroupResource, isType, ownResources, readResources } from '../read-group.js';

/** What is to be deleted: the group with all that is in it, or some resources, when not everything there is ours. */
export interface Removal {
  wholeGroup: boolean;
  /** Why not the whole group, as a clause; empty when it is. */
  because: string;
  ours: GroupResource[];
  /** Ids of what is ours and no list of resources names. */
  hidden: string[];
}

export async function planRemoval(az: Az, place: Place, group: Group): Promise<Removal> {
  const resources = await readResources(az, place.group);
  const ours = ownResources(resources, place.name);
  const foreign = resources.filter((each) => !ours.includes(each) && !isCompanion(each));
  const isOursAlone = hasTags(group.tags, { ...ownerTags(place.name), ...groupTag });
  const because = !isOursAlone
    ? 'it was not made by `mops-cold deploy up` for this'
    : foreign.length > 0
      ? `it holds what is not ours: ${foreign.map(({ name }) => name).join(', ')}`
      : '';
  const deployment = await readDeployment(az, place, place.deployments.app);
  const hidden = (deployment?.resources ?? []).filter((id) =>
    /\/providers\/Microsoft\.Consumption\/budgets\//i.test(id),
  );
  return { wholeGroup: because === '', because, ours, hidden };
}

/** Azure puts these beside an Application Insights component by itself, without tags. */
function isCompanion(resource: GroupResource): boolean {
  return (
    isType(resource, 'Microsoft.AlertsManagement/smartDetectorAlertRules') ||
    (isType(resource, 'Microsoft.Insights/actionGroups') &&
      resource.name === 'Application Insights Smart Detection')
  );
}
