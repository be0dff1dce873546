import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { hostings } from '../../../src/deployment/cost/hostings.js';
import { parameters } from '../../../src/deployment/cost/parameters.js';
import { taskRequests } from '../../../src/deployment/cost/task-requests.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { bicepParameters } from '../../pages/bicep-parameters.js';

describe('what the estimate takes from elsewhere', () => {
  const read = (...path: string[]) => readFileSync(join(packageRoot, ...path), 'utf8');
  const main = read('infra', 'main.bicep');

  it('parameters have the defaults and bounds of infra/main.bicep', () => {
    const found = new Map(bicepParameters().map((each) => [each.name, each]));
    for (const [name, ours] of Object.entries(parameters)) {
      const theirs = found.get(name);
      assert.ok(theirs, name);
      if ('allowed' in ours) assert.deepEqual(theirs.allowed, [...ours.allowed], name);
      else assert.deepEqual([theirs.minimum, theirs.maximum], [ours.minimum, ours.maximum], name);
      if (!('default' in ours)) continue;
      const { default: value } = ours;
      const written =
        typeof value === 'object'
          ? `hosting == 'premium' ? ${value.premium} : ${value.containerapps}`
          : typeof value === 'string'
            ? `'${value}'`
            : String(value);
      assert.equal(theirs.default, written, name);
    }
  });

  it('sizes of instances are those of infra/main.bicep', () => {
    const { premium: ep, containerapps: aca } = hostings;
    assert.deepEqual(Object.keys(ep.sizes), [...parameters.instanceSize.allowed]);
    const { small, medium, large } = ep.sizes;
    assert.ok(
      main.includes(`sku: { small: '${small.name}', medium: '${medium.name}', large: '${large.name}' }`),
    );
    assert.ok(main.includes(`${small.memoryGib}, ${medium.memoryGib} or ${large.memoryGib} GB`));
    const of = (what: 'vcpus' | 'memoryGib', unit: string) =>
      Object.entries(aca.sizes)
        .map(([name, size]) => `${name}: '${size[what]}${unit}'`)
        .join(', ');
    assert.ok(main.includes(`cpu: { ${of('vcpus', '')} }`));
    assert.ok(main.includes(`memory: { ${of('memoryGib', 'Gi')} }`));
  });

  it('so are the graces', () => {
    const [some, none] = [hostings.containerapps.graceSeconds(1), hostings.containerapps.graceSeconds(0)];
    const line = `var grace = hosting == 'premium' ? ${hostings.premium.graceSeconds(1)} : minimumInstances > 0 ? ${some} : ${none}`;
    assert.ok(main.includes(line), line);
  });

  it('the queue is looked into as often as host.json says, and deleted blobs are kept as storage.bicep says', () => {
    assert.equal(JSON.parse(read('host.json')).extensions.queues.maxPollingInterval, '00:00:02');
    assert.match(
      read('infra', 'modules', 'storage.bicep'),
      /\bdeleteRetentionPolicy: \{\s+enabled: true\s+days: 7\s/,
    );
  });

  it('a small artifact takes one request, a larger one a request for each 4 MiB and one more', () => {
    assert.deepEqual(taskRequests(60, 1, 1), { blobReads: 1, blobWrites: 4, queueOperations: 3 });
    assert.equal(taskRequests(60, 3, 1).blobWrites, 6);
    assert.equal(taskRequests(60, 1, 4).blobWrites, 4);
    assert.equal(taskRequests(60, 1, 9).blobWrites, 7);
    assert.equal(taskRequests(60, 0, 0).blobWrites, 3);
    assert.equal(taskRequests(900, 1, 1).queueOperations, 6);
  });
});
