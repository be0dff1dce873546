import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deployedBy } from '../../src/deployment/deployed.js';
import { appOf } from './app-of.js';
import { snapshotNames } from './infra-folder.js';
import { nameRules } from './name-rules.js';
import { readSnapshot } from './read-snapshot.js';
import { secretsIn } from './secrets-in.js';

/** Resources that are part of another one, or that Azure gives no tags. */
const untagged =
  /^Microsoft\.(Storage\/storageAccounts\/.*|Web\/sites\/.*|Authorization\/roleAssignments|Insights\/diagnosticSettings|OperationalInsights\/workspaces\/.*|Consumption\/budgets)$/;

for (const name of snapshotNames) {
  describe(`what ${name} deploys`, () => {
    const snapshot = readSnapshot(name);

    it('holds no key, password or secret', () => {
      assert.deepEqual(secretsIn(snapshot), []);
    });

    it('lets nobody into the storage account without an identity', () => {
      const { properties } = snapshot.one('Microsoft.Storage/storageAccounts');
      assert.equal(properties.allowSharedKeyAccess, false);
      assert.equal(properties.allowBlobPublicAccess, false);
      assert.equal(properties.minimumTlsVersion, 'TLS1_2');
      assert.equal(properties.supportsHttpsTrafficOnly, true);
      for (const container of snapshot.of('Microsoft.Storage/storageAccounts/blobServices/containers'))
        assert.equal(container.properties.publicAccess, 'None', container.name);
    });

    it('has a registry without an admin user, and telemetry that takes no key', () => {
      const registry = snapshot.one('Microsoft.ContainerRegistry/registries');
      assert.equal(registry.properties.adminUserEnabled, false);
      assert.equal(registry.properties.anonymousPullEnabled, false);
      assert.equal(snapshot.one('Microsoft.Insights/components').properties.DisableLocalAuth, true);
      const { features } = snapshot.one('Microsoft.OperationalInsights/workspaces').properties;
      assert.equal((features as Record<string, unknown>).disableLocalAuth, true);
    });

    it("keeps within Azure's limits for names", () => {
      for (const { type, name: full } of snapshot.resources) {
        const rule = nameRules[type];
        assert.ok(rule, `there is no rule for the names of ${type}`);
        assert.match(full.split('/').at(-1) ?? '', rule, type);
      }
    });

    it('is tagged', () => {
      for (const { type, tags } of snapshot.resources) {
        if (untagged.test(type)) continue;
        assert.equal(tags?.app, 'modelops-cold-functions', type);
        assert.match(tags?.name ?? '', /^sweep/, type);
      }
    });

    it('was worked out without a diagnostic, down to names that only Azure knows', () => {
      assert.deepEqual(JSON.parse(snapshot.text).diagnostics, []);
      const unresolved = JSON.stringify(snapshot.resources).match(/"\[[a-z]\w*\(.*?\]"/gi) ?? [];
      assert.deepEqual(unresolved, []);
    });

    it('deletes results with their attempts at one age, and jobs with their logs at another', () => {
      const policies = snapshot.of('Microsoft.Storage/storageAccounts/managementPolicies');
      const prefixes = JSON.stringify(policies).match(/"prefixMatch":\["[^"]*"\]/g) ?? [];
      for (const prefix of prefixes) assert.match(prefix, /\["(results|jobs)\/"\]/);
      assert.equal(new Set(prefixes).size, prefixes.length);
      assert.equal(prefixes.length, 2);
    });

    it('gives out what the commands of a deployment go by', () => {
      const deployed = deployedBy({
        name,
        state: 'Succeeded',
        at: undefined,
        outputs: snapshot.outputs,
        resources: [],
      });
      assert.equal(deployed.asked.hosting, name.split('-')[0]);
      assert.equal(deployed.appName === '', deployed.image === '');
      if (deployed.appName === '') return;
      const { settings, image } = appOf(snapshot);
      assert.equal(deployed.image, image);
      assert.ok(Object.keys(deployed.appSettings).length > 10);
      for (const [key, value] of Object.entries(deployed.appSettings))
        assert.equal(settings[key], value, key);
      // Any other, `deploy check` takes for one that somebody has set by hand.
      const ours = Object.keys(settings).filter((key) => /^(MODELOPS_|AzureFunctionsJobHost__)/.test(key));
      assert.deepEqual(
        ours.filter((key) => !(key in deployed.appSettings)),
        [],
      );
      assert.match(deployed.appPrincipalId, /^<principalId of (id|ca)-/);
    });

    if (snapshot.resources.some(({ type }) => /Web\/sites$|containerApps$/.test(type))) {
      it('runs an image of its own registry that is named exactly', () => {
        const registry = snapshot.one('Microsoft.ContainerRegistry/registries');
        assert.match(appOf(snapshot).image, /:(?!latest$)/);
        assert.ok(appOf(snapshot).image.startsWith(`${registry.name}.azurecr.io/`));
      });
    }
  });
}
