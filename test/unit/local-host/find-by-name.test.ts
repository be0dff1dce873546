import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { findByName } from '../../../src/local-host/find-by-name.js';

const requireInAzurite = createRequire(createRequire(import.meta.url).resolve('azurite/package.json'));

interface Collection {
  insert(document: object): void;
  findOne(query: object): { name: string } | null;
  find(query: object): { name: string }[];
}
const Loki = requireInAzurite('lokijs') as new (
  name: string,
) => { addCollection(name: string, options: { indices: string[] }): Collection };

/** As Azurite keeps them. */
function blobs(names: string[]): { blobs: Collection; looks(): number } {
  const kept = new Loki('blobs').addCollection('blobs', { indices: ['account', 'container', 'name'] });
  let looks = 0;
  for (const name of names)
    kept.insert({
      account: 'a',
      name,
      get container() {
        looks += 1;
        return name.slice(0, 1);
      },
    });
  return {
    blobs: kept,
    looks() {
      const before = looks;
      looks = 0;
      return before;
    },
  };
}

describe("Azurite's database", () => {
  it('looks at few blobs to find one of many, and finds what it found before', () => {
    findByName(requireInAzurite);
    const many = Array.from({ length: 2000 }, (_, number) => `${number % 3}-${number}`);
    const { blobs: kept, looks } = blobs([...many, '0-x', '0-x']);
    looks();
    for (const name of ['0-0', '1-1000', '2-1997']) {
      assert.equal(kept.findOne({ account: 'a', container: name.slice(0, 1), name })?.name, name);
      assert.equal(kept.findOne({ account: 'a', container: 'z', name }), null);
    }
    assert.ok(looks() < 50);
    assert.equal(kept.findOne({ account: 'a', container: '0', name: 'none' }), null);
    assert.equal(kept.findOne({ account: 'b', container: '0', name: '0-0' }), null);
    assert.equal(kept.find({ account: 'a', container: '0', name: '0-x' }).length, 2);
    assert.equal(kept.find({ account: 'a', container: '1' }).length, 667);
    assert.equal(kept.find({ account: 'a', container: '1', name: { $regex: '^1-1' } }).length > 200, true);
  });

  it('looks at few blobs to list those of a folder', () => {
    findByName(requireInAzurite);
    const many = Array.from({ length: 2000 }, (_, number) => `jobs/a.${number % 40}/${number}`);
    const { blobs: kept, looks } = blobs([...many, 'jobs/a.', 'jobs/ax1/0', 'jobs/a.1', '7', '10']);
    looks();
    // As Azurite writes it.
    const listed = (expression: string) =>
      kept.find({ name: { $regex: expression }, account: 'a', container: 'j' }).map(({ name }) => name);
    assert.deepEqual(
      listed('^jobs\\/a\\.1\\/').sort(),
      many.filter((name) => name.startsWith('jobs/a.1/')).sort(),
    );
    assert.deepEqual(listed('^jobs\\/none\\/'), []);
    assert.ok(looks() < 100);
    assert.equal(listed('^jobs\\/a\\.').length, 2002);
    assert.equal(listed('^jo').length, 2003);
    assert.equal(listed('/1$').length, 1);
  });
});
