import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bicepParameters } from '../pages/bicep-parameters.js';
import { assignmentsOf } from './assignments-of.js';
import { infraFolder, snapshotNames } from './infra-folder.js';
import { readDockerfile } from './read-dockerfile.js';
import { readSnapshot } from './read-snapshot.js';

const page = readFileSync(join(infraFolder, 'security.md'), 'utf8');
const section = (title: string) => page.split(/^## /m).find((each) => each.startsWith(title)) ?? '';
const rowsOf = (text: string) =>
  [...text.matchAll(/^\| (.*) \|$/gm)]
    .map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()))
    .slice(1);

/** What the page calls the resources of a snapshot. */
const resourceNames: Record<string, string> = {
  storageAccounts: 'storage account',
  components: 'Application Insights',
  registries: 'registry',
};
const named = (resource: string) =>
  resourceNames[resource] ?? resource.replace(/^(queue|container)s\/(.*)$/, '$1 `$2`');

describe('the security page', () => {
  it('has every role that is given, to whom and on what, and no other', () => {
    const given = snapshotNames.flatMap((name) =>
      assignmentsOf(readSnapshot(name)).map((assignment) => {
        const [, role, resource = '', whom = ''] = /^(.*) on (\S+) to (.*)$/.exec(assignment) ?? [];
        return `${whom.startsWith('the ') ? 'the app' : 'who submits'}: ${role} on ${named(resource)}`;
      }),
    );
    const told = rowsOf(section('Which identity')).map(([who, role, on]) => `${who}: ${role} on ${on}`);
    assert.deepEqual(told.sort(), [...new Set(given)].sort());
  });

  it('tells how long things are kept as the parameters say', () => {
    const text = section('What is stored');
    const told = [...text.matchAll(/`(\w+Days)`, (\d+) days/g)].map(([, name, days]) => [name, days]);
    assert.deepEqual(
      told.sort(),
      bicepParameters()
        .filter(({ name }) => name.endsWith('RetentionDays'))
        .map(({ name, default: value }) => [name, value])
        .sort(),
    );
    const blobs = readSnapshot('premium-default').one('Microsoft.Storage/storageAccounts/blobServices');
    const { days } = blobs.properties.deleteRetentionPolicy as { days: number };
    assert.ok(text.includes(`can be restored for ${days} days`));
  });

  it('does not promise what the deployment does not do', () => {
    for (const name of snapshotNames) {
      const { properties } = readSnapshot(name).one('Microsoft.Storage/storageAccounts');
      // "There is no private network, and no firewall by address", "TLS 1.2 or newer", "no shared key".
      assert.deepEqual([properties.networkAcls, properties.publicNetworkAccess], [undefined, undefined]);
      assert.deepEqual([properties.minimumTlsVersion, properties.allowSharedKeyAccess], ['TLS1_2', false]);
    }
    // "In the image that is root", "nothing runs as it".
    assert.deepEqual(
      readDockerfile().filter(({ keyword }) => keyword === 'USER'),
      [],
    );
  });
});
