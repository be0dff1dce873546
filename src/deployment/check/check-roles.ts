import { z } from 'zod';
import type { Check } from '../../reporting/check.js';
import { type GroupResource, isType } from '../read-group.js';
import { storageAccountIn } from '../read-queue.js';
import type { CheckContext } from './check-context.js';
import { type NeededRole, neededRoles, pullRole } from './needed-roles.js';

const Assignments = z.array(z.looseObject({ principalId: z.string(), roleDefinitionId: z.string() }));

/** Whether each role that the app needs is there, on its resource or on what that is in. */
export async function checkRoles({ az, deployed, resources }: CheckContext): Promise<Check[]> {
  const scopes = scopesOf(resources, deployed.storageAccount, deployed.queue);
  const wanted = [
    ...neededRoles.map((role) => ({ role, principal: deployed.appPrincipalId })),
    { role: pullRole, principal: deployed.pullPrincipalId },
    ...(deployed.asked.bundleSource === 'oci' && deployed.appPrincipalId !== deployed.pullPrincipalId
      ? [{ role: pullRole, principal: deployed.appPrincipalId }]
      : []),
  ];
  const places = [...new Set(wanted.map(({ role }) => role.on))];
  const given = new Map(
    await Promise.all(
      places.map(async (on) => {
        const scope = scopes[on];
        if (scope === undefined) return [on, undefined] as const;
        const query = ['--scope', scope, '--include-inherited'];
        return [on, await az.json(Assignments, 'role', 'assignment', 'list', ...query)] as const;
      }),
    ),
  );
  return wanted.map(({ role, principal }) => asCheck(role, principal, given.get(role.on)));
}

function scopesOf(
  resources: GroupResource[],
  accountName: string,
  queue: string,
): Record<NeededRole['on'], string | undefined> {
  const account = storageAccountIn(resources, accountName)?.id;
  const one = (type: string) => resources.find((each) => isType(each, type))?.id;
  const queues = account === undefined ? undefined : `${account}/queueServices/default/queues`;
  return {
    'storage account': account,
    queue: queues === undefined ? undefined : `${queues}/${queue}`,
    'poison queue': queues === undefined ? undefined : `${queues}/${queue}-poison`,
    'queue of jobs': queues === undefined ? undefined : `${queues}/${queue}-jobs`,
    'poison queue of jobs': queues === undefined ? undefined : `${queues}/${queue}-jobs-poison`,
    telemetry: one('Microsoft.Insights/components'),
    registry: one('Microsoft.ContainerRegistry/registries'),
  };
}

function asCheck(
  { id, name, on, why }: NeededRole,
  principal: string,
  given: z.infer<typeof Assignments> | undefined,
): Check {
  const role = `${name} on the ${on}`;
  if (given === undefined)
    return { name: 'Roles', state: 'missing', found: `${role}: there is no such resource any more` };
  const has = given.some(
    ({ principalId, roleDefinitionId }) => principalId === principal && roleDefinitionId.endsWith(id),
  );
  return has
    ? { name: 'Roles', state: 'ok', found: role }
    : {
        name: 'Roles',
        state: 'missing',
        found: `${role} is missing: ${why}. \`mops-cold deploy up\` gives it; it takes minutes to be known everywhere`,
      };
}
