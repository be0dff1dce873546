import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ConfigurationError } from '../../../src/config/configuration-error.js';
import { readSettings } from '../../../src/config/read-settings.js';
import { Settings, settingsWithoutEffect } from '../../../src/config/settings.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { bicepParameters } from '../../pages/bicep-parameters.js';

/** What a worker of ModelOps reads from its environment, January 2026. */
const ofModelOps = [
  'AZURE_STORAGE_CONNECTION_STRING',
  'MODELOPS_AZURE_CONTAINER',
  'MODELOPS_AZURE_STORAGE_ACCOUNT',
  'MODELOPS_BUNDLES_CACHE_DIR',
  'MODELOPS_BUNDLES_DIR',
  'MODELOPS_BUNDLE_INSECURE',
  'MODELOPS_BUNDLE_REGISTRY',
  'MODELOPS_BUNDLE_SOURCE',
  'MODELOPS_DISABLE_PROVENANCE',
  'MODELOPS_ENV',
  'MODELOPS_EXECUTOR',
  'MODELOPS_EXECUTOR_TYPE',
  'MODELOPS_FORCE_FRESH_VENV',
  'MODELOPS_INLINE_ARTIFACT_MAX_BYTES',
  'MODELOPS_JOB_ID',
  'MODELOPS_LOG_LEVEL',
  'MODELOPS_MAX_PROCESS_REUSE',
  'MODELOPS_MAX_WARM_PROCESSES',
  'MODELOPS_MEM_LIMIT_BYTES',
  'MODELOPS_PROCESS_TTL',
  'MODELOPS_PROVENANCE_DIR',
  'MODELOPS_RPC_TIMEOUT_SECONDS',
  'MODELOPS_RUNNER_TAG',
  'MODELOPS_STORAGE_DIR',
  'MODELOPS_UPLOAD_TO_AZURE',
  'MODELOPS_VALIDATE_DEPS',
  'MODELOPS_VENVS_DIR',
  'POSTGRES_URL',
  'PRESERVE_TMP',
  'REUSE',
  'VENVS_DIR',
];
/** What its command line exports to a shell, or names. */
const ofMops = [
  'MODELOPS_CAS_BACKEND',
  'MODELOPS_REGISTRY_NAME',
  'MODELOPS_REGISTRY_PROVIDER',
  'MODELOPS_REGISTRY_SERVER',
  'MODELOPS_STORAGE_BACKEND',
  'MODELOPS_STORAGE_ENV',
];
/** Fields of workspace.yaml that ModelOps reads, or its example has. */
const ofWorkspace = [
  'apiVersion',
  'kind',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'spec.autoscaling.enabled',
  'spec.autoscaling.max_workers',
  'spec.autoscaling.min_workers',
  'spec.autoscaling.scale_down_delay',
  'spec.autoscaling.target_cpu',
  'spec.autoscaling.type',
  'spec.imagePullSecrets',
  'spec.scheduler.env',
  'spec.scheduler.image',
  'spec.scheduler.nodeSelector',
  'spec.scheduler.replicas',
  'spec.scheduler.resources',
  'spec.tolerations',
  'spec.workers.env',
  'spec.workers.image',
  'spec.workers.nodeSelector',
  'spec.workers.processes',
  'spec.workers.replicas',
  'spec.workers.resources',
  'spec.workers.threads',
];

const page = readFileSync(join(packageRoot, 'src', 'config', 'moving-from-modelops.md'), 'utf8');
interface Row {
  names: string[];
  becomes: string;
  here: string;
}
const rowsOf = (title: string): Row[] => {
  const section = page.split(/^## /m).find((each) => each.startsWith(title)) ?? '';
  return [...section.matchAll(/^\| (`.*?) \| ([\w ]+) \| ?(.*) ?\|$/gm)].map(
    ([, names = '', becomes = '', here = '']) => ({ names: namesIn(names), becomes, here }),
  );
};
/** `a.b.c`, `.d` are a.b.c and a.b.d. */
function namesIn(cell: string): string[] {
  const names: string[] = [];
  for (const [, name = ''] of cell.matchAll(/`([^`]+)`/g)) {
    const before = names.at(-1) ?? '';
    names.push(name.startsWith('.') ? before.slice(0, before.lastIndexOf('.')) + name : name);
  }
  return names;
}
const allNames = (rows: Row[]) => rows.flatMap(({ names }) => names).sort();

const worker = rowsOf('Environment of a worker');
const mops = rowsOf('Environment of the `mops` command');
const workspace = rowsOf('workspace.yaml');

describe('the page for those who come from ModelOps', () => {
  it('has every setting of a worker, of mops and of workspace.yaml, each once', () => {
    assert.deepEqual(allNames(worker), ofModelOps);
    assert.deepEqual(allNames(mops), ofMops);
    assert.deepEqual(allNames(workspace), [...ofWorkspace, 'DASK_…'].sort());
  });

  it('has every setting that the app names as ModelOps’ own', () => {
    const named = new Set(allNames(worker));
    for (const name of Object.keys(settingsWithoutEffect)) assert.ok(named.has(name), name);
  });

  for (const { names, becomes } of [...worker, ...mops])
    it(`tells what becomes of ${names}: ${becomes}`, () => {
      for (const name of names) {
        const value = name.endsWith('CONNECTION_STRING') ? 'UseDevelopmentStorage=true' : undefined;
        if (becomes === 'refused') {
          assert.throws(() => readSettings({ [name]: '1' }), ConfigurationError);
        } else if (becomes === 'gone') {
          assert.deepEqual(readSettings({ [name]: '1' }).withoutEffect.length, 1);
        } else if (becomes === 'not read') {
          const { settings, withoutEffect } = readSettings({ [name]: '1' });
          assert.deepEqual([settings, withoutEffect], [readSettings({}).settings, []]);
        } else {
          assert.match(becomes, /^(?:same|changed)$/);
          assert.ok(name in Settings.shape);
          if (value) assert.deepEqual(readSettings({ [name]: value }).withoutEffect, []);
        }
      }
    });

  it('sends people to settings and parameters that are there', () => {
    const parameters = new Set(bicepParameters().map(({ name }) => name));
    for (const { here } of [...worker, ...mops])
      for (const [name] of here.matchAll(/\bMODELOPS_\w+/g)) assert.ok(name in Settings.shape, name);
    for (const { names, becomes, here } of workspace.filter((row) => row.becomes === 'changed')) {
      const [first = ''] = namesIn(here);
      assert.ok(
        parameters.has(first) || first in Settings.shape || first === 'env',
        `${names}: ${becomes}: ${here}`,
      );
    }
  });
});
