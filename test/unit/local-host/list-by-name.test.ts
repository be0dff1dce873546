import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { listByName } from '../../../src/local-host/list-by-name.js';

const requireInAzurite = createRequire(createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js'));

interface Blob {
  name: string;
  containerName?: string;
  snapshot?: string;
  isCommitted?: boolean;
}
interface Store {
  listBlobs(...listing: unknown[]): Promise<[{ name: string }[], { name: string }[], string]>;
}
const { default: Store } = requireInAzurite('./blob/persistence/LokiBlobMetadataStore.js') as {
  default: { prototype: Store };
};
const Loki = requireInAzurite('lokijs') as new (
  name: string,
) => { addCollection(name: string, options: object): { insert(document: object): void } };

const usual = Store.prototype.listBlobs;
listByName(requireInAzurite);
const byName = Store.prototype.listBlobs;

function storeOf(blobs: Blob[]): { store: Store; looks(): number } {
  const database = new Loki('blobs');
  const kept = database.addCollection('blobs', {
    indices: ['accountName', 'containerName', 'name', 'snapshot'],
  });
  let looks = 0;
  for (const { name, ...blob } of blobs)
    kept.insert({
      accountName: 'a',
      containerName: 'jobs',
      isCommitted: true,
      properties: { leaseState: 'available', leaseStatus: 'unlocked' },
      get name() {
        looks += 1;
        return name;
      },
      ...{ snapshot: '', ...blob },
    });
  return {
    store: Object.create(Store.prototype, {
      db: { value: { getCollection: () => kept } },
      BLOBS_COLLECTION: { value: 'blobs' },
    }),
    looks() {
      const before = looks;
      looks = 0;
      return before;
    },
  };
}

/** All pages, and as often as there are any. */
async function listed(
  list: Store['listBlobs'],
  store: Store,
  prefix: string,
  options: Partial<Listing> = {},
) {
  const { delimiter, page = 5_000, snapshots = false, uncommitted = false } = options;
  const names: string[] = [];
  const folders = new Set<string>();
  let [marker, pages] = ['', 0];
  do {
    const of = ['a', 'jobs', delimiter, undefined, prefix, page, marker, snapshots, uncommitted];
    const [blobs, prefixes, next] = await list.call(store, { startTime: new Date() }, ...of);
    assert.ok(blobs.length + prefixes.length <= page);
    assert.ok(next === '' || next > marker);
    names.push(...blobs.map(({ name }) => name));
    for (const { name } of prefixes) {
      // What Azurite does where a page ends within a folder.
      assert.ok(list === usual || !folders.has(name), `${name} is named once`);
      folders.add(name);
    }
    marker = next;
    pages += 1;
  } while (marker !== '');
  return { names, folders: [...folders], pages };
}
interface Listing {
  delimiter: string;
  page: number;
  snapshots: boolean;
  uncommitted: boolean;
}

const range = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('Azurite lists blobs', () => {
  it('as it does without the index, whatever their names, pages, containers and states', async () => {
    const blobs = range(120).flatMap((number): Blob[] => {
      const name = `jobs/${number % 3}/runs/${'abc'[number % 7] ?? 'a.b'}/${number % 2 ? 'outcomes/' : ''}${number}`;
      return [
        { name },
        ...(number % 5 === 0 ? [{ name, containerName: 'results' }] : []),
        ...(number % 11 === 0 ? [{ name: `${name}~`, isCommitted: false }] : []),
        ...(number % 13 === 0 ? [{ name, snapshot: '2026-01-01T00:00:00Z' }] : []),
      ];
    });
    const odd = [
      '7',
      '10',
      'jobs',
      'jobs/',
      'jobs/0',
      'jobs/0/runs',
      'jobs/0/runs.',
      'jobs/0/runs0',
      'é/ü',
      'jobs/\u{1f600}/x',
    ];
    const { store } = storeOf([...odd.map((name) => ({ name })), ...blobs]);
    for (const prefix of [
      '',
      'jobs',
      'jobs/',
      'jobs/1/runs/',
      'jobs/1/runs/a.b/',
      'jobs/1/runs/a.b/outcomes/1',
      'é/',
      'none/',
    ])
      for (const delimiter of ['/', undefined])
        for (const page of [1, 7, 5_000])
          for (const [snapshots, uncommitted] of [
            [false, false],
            [false, true],
            ...(page === 5_000 ? [[true, true]] : []), // a page that ends within those of a name is told no way
          ]) {
            const options = {
              page,
              ...(delimiter && { delimiter }),
              snapshots: snapshots ?? false,
              uncommitted: uncommitted ?? false,
            };
            const { pages: _, ...expected } = await listed(usual, store, prefix, options);
            const { pages: __, ...found } = await listed(byName, store, prefix, options);
            assert.deepEqual(found, expected, JSON.stringify({ prefix, ...options }));
          }
  });

  it('without a look at those that stand below the folders it names, nor for each page at all of them', async () => {
    const looksFor = async (tasks: number) => {
      const { store, looks } = storeOf(
        range(3).flatMap((run) =>
          range(tasks).map((task) => ({ name: `jobs/j/runs/r${run}/outcomes/${task}` })),
        ),
      );
      looks();
      const { folders } = await listed(byName, store, 'jobs/j/runs/', { delimiter: '/' });
      assert.deepEqual(folders, ['jobs/j/runs/r0/', 'jobs/j/runs/r1/', 'jobs/j/runs/r2/']);
      const ofRuns = looks();
      const { names, pages } = await listed(byName, store, 'jobs/j/runs/r1/outcomes/', { page: 100 });
      assert.deepEqual([names.length, pages], [tasks, tasks / 100]);
      return { ofRuns, eachBlob: looks() / tasks };
    };
    const [few, many] = [await looksFor(100), await looksFor(6_400)];
    assert.ok(many.ofRuns <= 3 * few.ofRuns, JSON.stringify({ few, many }));
    assert.ok(many.eachBlob <= 2 * few.eachBlob, JSON.stringify({ few, many }));
  });
});
