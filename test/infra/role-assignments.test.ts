import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { neededRoles, pullRole } from '../../src/deployment/check/needed-roles.js';
import { assignmentsOf } from './assignments-of.js';
import { snapshotNames, snapshotsFolder } from './infra-folder.js';
import { readSnapshot } from './read-snapshot.js';

const ofTheApp = (identity: string) => [
  `Storage Blob Data Owner on storageAccounts to ${identity}`,
  `Storage Table Data Contributor on storageAccounts to ${identity}`,
  `Storage Queue Data Contributor on queues/simulation-tasks to ${identity}`,
  `Storage Queue Data Contributor on queues/simulation-tasks-poison to ${identity}`,
  `Storage Queue Data Contributor on queues/simulation-tasks-jobs to ${identity}`,
  `Storage Queue Data Contributor on queues/simulation-tasks-jobs-poison to ${identity}`,
  `Monitoring Metrics Publisher on components to ${identity}`,
];
const pull = (identity: string) => `AcrPull on registries to ${identity}`;
const ofWhoSubmits = (principal: string) => [
  `Storage Queue Data Message Sender on queues/simulation-tasks to ${principal}`,
  `Storage Queue Data Message Sender on queues/simulation-tasks-jobs to ${principal}`,
  `Storage Blob Data Reader on containers/results to ${principal}`,
  `Storage Blob Data Contributor on containers/jobs to ${principal}`,
  `Storage Blob Data Contributor on containers/bundles to ${principal}`,
  `AcrPush on registries to ${principal}`,
];

const userAssigned = 'the user-assigned identity';
const systemAssigned = 'the system-assigned identity';

const expected: Record<string, string[]> = {
  'premium-default': [...ofTheApp(userAssigned), pull(userAssigned)],
  'premium-before-image': [...ofTheApp(userAssigned), pull(userAssigned)],
  'premium-extreme': [
    ...ofTheApp(userAssigned),
    pull(userAssigned),
    ...ofWhoSubmits('11111111-1111-1111-1111-111111111111'),
    ...ofWhoSubmits('22222222-2222-2222-2222-222222222222'),
  ],
  'containerapps-default': [...ofTheApp(systemAssigned), pull(userAssigned)],
  'containerapps-extreme': [
    ...ofTheApp(systemAssigned),
    pull(userAssigned),
    pull(systemAssigned),
    ...ofWhoSubmits('33333333-3333-3333-3333-333333333333'),
  ],
};

describe('role assignments', () => {
  for (const name of snapshotNames) {
    it(`of ${name} are exactly those that are needed, each on its resource`, () => {
      assert.deepEqual(assignmentsOf(readSnapshot(name)).sort(), expected[name]?.sort());
    });

    it(`of ${name} are named for their resource, principal and role, so that none collides`, () => {
      const ids = readSnapshot(name)
        .of('Microsoft.Authorization/roleAssignments')
        .map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const id of ids.filter((each) => each.includes('<guid of'))) assert.match(id, /<principalId of /);
    });
  }

  it('go to nobody but our identity and the submitters that the parameters name', () => {
    for (const name of snapshotNames) {
      const parameters = readFileSync(join(snapshotsFolder, `${name}.bicepparam`), 'utf8');
      for (const assignment of assignmentsOf(readSnapshot(name))) {
        const principal = /[0-9a-f-]{36}$/.exec(assignment)?.[0];
        if (principal) assert.ok(parameters.includes(principal), assignment);
      }
    }
  });

  it('are those that `deploy check` looks for', () => {
    const assigned = readSnapshot('premium-default').of('Microsoft.Authorization/roleAssignments');
    const ids = assigned.map(({ properties }) => String(properties.roleDefinitionId).split('/').at(-1));
    assert.deepEqual(ids.sort(), [...neededRoles, pullRole].map(({ id }) => id).sort());
    const names = [...ofTheApp(userAssigned), pull(userAssigned)].map((each) => each.split(' on ')[0]);
    assert.deepEqual(names.sort(), [...neededRoles, pullRole].map(({ name }) => name).sort());
  });
});
