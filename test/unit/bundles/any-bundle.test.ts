import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BundleIndex } from '../../../src/bundles/format/bundle-index.js';
import { checkFiles } from '../../../src/bundles/format/check-files.js';
import { encodeBundle } from '../../../src/bundles/format/encode-bundle.js';
import { readLayoutIndex } from '../../../src/bundles/format/layout-index.js';
import { OciManifest } from '../../../src/bundles/format/oci-manifest.js';
import { readBundleFiles } from '../../../src/bundles/format/read-bundle-files.js';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { chosenDependencies } from '../../../src/bundles/metadata/chosen-dependencies.js';
import { readDependencies } from '../../../src/bundles/metadata/read-dependencies.js';
import { readManifest } from '../../../src/bundles/metadata/read-manifest.js';
import { readMetadata } from '../../../src/bundles/metadata/read-metadata.js';
import { readPyproject } from '../../../src/bundles/metadata/read-pyproject.js';
import { registeredModels } from '../../../src/bundles/metadata/registered-models.js';
import { BundleRef } from '../../../src/contracts/bundle/bundle-ref.js';
import { parseRegistry } from '../../../src/contracts/bundle/registry-address.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { holds } from '../../fixtures/inputs/holds.js';
import { hugeTexts } from '../../fixtures/inputs/huge-texts.js';
import { mutated } from '../../fixtures/inputs/mutated.js';
import { nastyTexts } from '../../fixtures/inputs/nasty-texts.js';
import { nastyValues } from '../../fixtures/inputs/nasty-values.js';
import { unpolluted } from '../../fixtures/inputs/unpolluted.js';

class Refused extends Error {}
const refuse = (what: string) => new Refused(what);

/** Fails unless it is read, or refused as a mistake of whoever wrote it. */
function isAnswered(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    assert.ok(error.message.length < 8_000, `${error.message.length} characters long`);
  }
}

const bytes = Buffer.from('x');
const packed = encodeBundle(
  ['a.py', 'models/sir.py', 'models/data.csv'].map((path) => ({
    ...{ path, digest: sha256(bytes), size: 1, executable: path === 'a.py' },
  })) as Parameters<typeof encodeBundle>[0],
);
const [manifestText, indexText] = [packed.manifest.toString(), packed.config.toString()];

/** Reads what a store says that a bundle consists of. */
async function filesOf(manifest: string, index: string) {
  const described = manifest.replaceAll(
    packed.manifest.length > 0 ? sha256(packed.config) : '',
    sha256(Buffer.from(index)),
  );
  const source = {
    name: 'a store',
    openManifest: async () => streamed(described),
    openBlob: async () => streamed(index),
  };
  return readBundleFiles(
    source as never,
    `sha256:${'0'.repeat(64)}`.replace(/0{64}$/, sha256(Buffer.from(described)).slice(7)),
  );
}

async function* streamed(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test('what a store says of a bundle, with one thing changed, is a list of files inside of it or is refused', async () => {
  const either = fc.oneof(
    mutated([manifestText]).map((text): [string, string] => [text, indexText]),
    mutated([indexText]).map((text): [string, string] => [manifestText, text]),
    // The same path in both, which nothing but its own form can be wrong with.
    fc.constantFrom(...nastyTexts, ...hugeTexts).map((path): [string, string] => {
      const written = JSON.stringify(path);
      return [
        manifestText.replaceAll('"a.py"', () => written),
        indexText.replaceAll('"a.py"', () => written),
      ];
    }),
  );
  for (const [manifest, index] of fc.sample(either, 1_500)) {
    try {
      for (const { path } of await filesOf(manifest, index)) isInside(path);
    } catch (error) {
      assert.ok(error instanceof BundleUnavailable, `${String(error)}\n${manifest}\n${index}`);
      assert.ok(error.message.length < 8_000, `${error.message.length} characters long`);
    }
  }
  unpolluted();
});

function isInside(path: string): void {
  assert.ok(path !== '' && !path.startsWith('/') && !path.includes('\\') && !path.includes('\0'), path);
  assert.ok(!path.split('/').some((part) => ['', '.', '..'].includes(part)), path);
}

test('a path that an index and its layers agree on cannot be outside of the bundle', () => {
  holds(
    fc.string({ unit: fc.constantFrom('.', '/', 'a', '\\', '\0', ':', '\n', 'é', '~'), maxLength: 8 }),
    4_000,
    (path) => {
      isAnswered(() => {
        const files = { [path]: { path, digest: sha256(bytes), size: 1, storage: 'oci' } };
        const index = BundleIndex.parse({ version: '1', created: '', files });
        const described = { mediaType: 'x', digest: sha256(bytes), size: 1 };
        const layers = [{ ...described, annotations: { 'org.opencontainers.image.title': path } }];
        const manifest = OciManifest.parse({ schemaVersion: 2, config: described, layers });
        for (const file of checkFiles(manifest, index, refuse)) isInside(file.path);
      });
    },
  );
});

const metadata = JSON.stringify({
  wire: 'model.entry:wire',
  requires_fresh_process: true,
  timeout_seconds: 10,
  memory_bytes: 1_000,
  threads: 2,
  hash_seed: 1,
  env: { A: '1' },
  python: '>=3.10',
  extras: ['a'],
  groups: ['b'],
  start_method: 'spawn',
  required_outputs: ['t'],
  fail_on_log: ['ERROR*'],
  build: 'make',
  warm_up: { entrypoint: 'm.n/o', params: { x: 1.5 } },
  network: false,
});

test('a manifest of a bundle with one thing changed is metadata, or is refused', () =>
  holds(mutated([metadata]), 3_000, (text) =>
    isAnswered(() => {
      const { content } = readManifest(text);
      readMetadata({ manifest: content, pyproject: undefined, toml: text }, refuse);
    }),
  ));

const tomls = [
  `[project]\nname = "m"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["numpy>=1", "scipy"]\n[project.optional-dependencies]\na = ["x"]\n[dependency-groups]\nb = ["y", {include-group = "c"}]\nc = [{include-group = "b"}]\n[project.entry-points."modelops.wire"]\nown = "m:wire"\n[tool.modelops]\nextras = ["a"]\ngroups = ["b"]\n`,
  `version = 1\nrequires-python = ">=3.9"\n[[package]]\nname = "m"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "n", marker = "sys_platform == 'linux'" }]\n[[package]]\nname = "n"\nversion = "2"\nsource = { registry = "https://index.example/simple" }\ndependencies = [{ name = "m" }, { name = "n" }]\nwheels = [{ url = "https://x/n-2-py3-none-any.whl", hash = "sha256:00" }]\n`,
  `lock-version = "1.0"\nrequires-python = ">=3.9"\n[[packages]]\nname = "n"\nversion = "2"\nmarker = "python_version > '3'"\n`,
];

test('TOML of a bundle with pieces changed, doubled or left out is read, or refused', () => {
  const pieces = tomls.map((text) => text.split(/(?<=[\n=[\]{},"])|(?=[\n=[\]{},"])/));
  const changed = fc
    .tuple(
      fc.constantFrom(...pieces),
      fc.nat(),
      fc.constantFrom('', ...nastyTexts, ...nastyValues),
      fc.nat(3),
    )
    .map(([parts, at, text, count]) => parts.toSpliced(at % parts.length, count, text).join(''));
  holds(changed, 4_000, (text) => {
    for (const name of ['lock', 'pylock', 'requirements'] as const) {
      const pyproject = { extras: [], groups: [], requirements: [] };
      const none = { lock: undefined, pylock: undefined, requirements: undefined, pyproject };
      isAnswered(() => readDependencies({ ...none, [name]: text } as never, refuse));
    }
    isAnswered(() => {
      const pyproject = readPyproject(text, refuse);
      const own = readMetadata({ manifest: undefined, pyproject: pyproject.tool, toml: text }, refuse);
      chosenDependencies(pyproject, own, refuse);
    });
  });
});

test('a registry of models, whatever it holds, names those that it names, or none', async () => {
  for (const text of [
    ...nastyTexts,
    ...nastyValues,
    'models: {a: {entrypoint: "m:C"}}',
    'models: *a',
    '&a [*a]',
  ])
    assert.ok(Array.isArray(await registeredModels(text)));
  unpolluted();
});

test('an index of a layout with one thing changed is read, or refused with its store', () => {
  const index = JSON.stringify({
    schemaVersion: 2,
    manifests: [
      {
        mediaType: 'x',
        digest: sha256(bytes),
        size: 1,
        annotations: { 'org.opencontainers.image.ref.name': 'latest' },
      },
    ],
  });
  holds(mutated([index]), 2_000, (text) => {
    try {
      readLayoutIndex(text, 'a store').bundles();
    } catch (error) {
      assert.match(String((error as Error).message), /a store/);
    }
  });
});

test('a reference or an address of a registry is taken or refused, whatever it is', () => {
  const texts = fc.oneof(
    fc.constantFrom(...nastyTexts, ...hugeTexts),
    fc
      .array(
        fc.constantFrom(
          'a',
          'A',
          '/',
          ':',
          '@',
          'sha256:',
          '0'.repeat(64),
          '.',
          '-',
          '_',
          '[::1]',
          '5000',
          ' ',
          'https://',
        ),
        { maxLength: 9 },
      )
      .map((parts) => parts.join('')),
  );
  holds(texts, 4_000, (text) => {
    const { success, data } = BundleRef.safeParse(text);
    if (success) assert.match(data, /^(?:[\w.:[\]-]+\/)?(?:[\w.-]+\/)*(?:[\w.-]+@)?sha256:[0-9a-f]{64}$/);
    try {
      const { host, path } = parseRegistry(text);
      assert.doesNotMatch(`${host}/${path}`, /\s|@|\.\.\/|\\/);
    } catch (error) {
      assert.match(String((error as Error).message), /^MODELOPS_BUNDLE_REGISTRY/);
    }
  });
});
