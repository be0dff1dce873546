import assert from 'node:assert/strict';
import type { Snapshot } from './read-snapshot.js';

const roles: Record<string, string> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1': 'Storage Blob Data Reader',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a': 'Storage Queue Data Message Sender',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  '7f951dda-4ed3-4680-a7ca-43fe172d538d': 'AcrPull',
  '8311e382-0749-4cb8-b61a-304f252e45ec': 'AcrPush',
};

/** The role assignments of a deployment: `<role> on <resource> to <whom>`, where a name of ours is cut down to what it means. */
export function assignmentsOf(snapshot: Snapshot): string[] {
  return snapshot.of('Microsoft.Authorization/roleAssignments').map(({ id, properties }) => {
    const [scope = '', ...more] = id.split('/providers/Microsoft.Authorization/roleAssignments/');
    assert.equal(more.length, 1, id);
    const resource = /\/providers\/(Microsoft\.\w+\/.+)$/.exec(scope)?.[1];
    assert.ok(resource, `${scope} is a group, not a resource`);
    const roleId = String(properties.roleDefinitionId).split('/').at(-1) ?? '';
    const role = roles[roleId];
    assert.ok(role, `${roleId} is not among the roles that are needed`);
    return `${role} on ${short(resource)} to ${whom(String(properties.principalId))}`;
  });
}

function short(resource: string): string {
  const parts = resource.split('/');
  if (parts.length > 3) return `${parts.at(-2)}/${parts.at(-1)}`;
  return parts[1] ?? resource;
}

function whom(principal: string): string {
  if (/^<principalId of id-/.test(principal)) return 'the user-assigned identity';
  if (/^<principalId of ca-/.test(principal)) return 'the system-assigned identity';
  assert.match(principal, /^[0-9a-f-]{36}$/);
  return principal;
}
