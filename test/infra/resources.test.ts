import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appOf } from './app-of.js';
import { snapshotNames } from './infra-folder.js';
import { readSnapshot } from './read-snapshot.js';

const always = {
  'Microsoft.ContainerRegistry/registries': 1,
  'Microsoft.Insights/components': 1,
  'Microsoft.ManagedIdentity/userAssignedIdentities': 1,
  'Microsoft.OperationalInsights/workspaces': 1,
  'Microsoft.OperationalInsights/workspaces/savedSearches': 4,
  'Microsoft.Storage/storageAccounts': 1,
  'Microsoft.Storage/storageAccounts/blobServices': 1,
  'Microsoft.Storage/storageAccounts/blobServices/containers': 3,
  'Microsoft.Storage/storageAccounts/managementPolicies': 1,
  'Microsoft.Storage/storageAccounts/queueServices': 1,
  'Microsoft.Storage/storageAccounts/queueServices/queues': 4,
  'Microsoft.Insights/diagnosticSettings': 1,
};
const alerts = { 'Microsoft.Insights/scheduledQueryRules': 5 };
const premium = {
  'Microsoft.Web/serverfarms': 1,
  'Microsoft.Web/sites': 1,
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': 2,
};
const containerapps = {
  'Microsoft.App/containerApps': 1,
  'Microsoft.App/managedEnvironments': 1,
  'Microsoft.Insights/diagnosticSettings': 2,
};
const told = { 'Microsoft.Insights/actionGroups': 1, 'Microsoft.Consumption/budgets': 1 };

const expected: Record<string, Record<string, number>> = {
  'premium-before-image': always,
  'premium-default': { ...always, ...premium, ...alerts },
  'premium-extreme': { ...always, ...premium, ...alerts, ...told },
  'containerapps-default': { ...always, ...containerapps, ...alerts },
  'containerapps-extreme': { ...always, ...containerapps, ...alerts, ...told },
};

describe('the resources', () => {
  for (const name of snapshotNames) {
    it(`of ${name} are complete, and no others`, () => {
      const counts: Record<string, number> = {};
      for (const { type } of readSnapshot(name).resources) {
        if (type !== 'Microsoft.Authorization/roleAssignments') counts[type] = (counts[type] ?? 0) + 1;
      }
      assert.deepEqual(counts, expected[name]);
    });
  }

  it('on premium scale within their bounds, by the plan and by the app', () => {
    const snapshot = readSnapshot('premium-extreme');
    const plan = snapshot.one('Microsoft.Web/serverfarms');
    assert.deepEqual(plan.sku, { name: 'EP3', tier: 'ElasticPremium', family: 'EP', capacity: 20 });
    assert.equal(plan.properties.maximumElasticWorkerCount, 100);
    const { siteConfig } = snapshot.one('Microsoft.Web/sites').properties as { siteConfig: object };
    assert.equal('functionAppScaleLimit' in siteConfig && siteConfig.functionAppScaleLimit, 100);
    // More, the API of function apps takes from nobody.
    assert.equal('minimumElasticInstanceCount' in siteConfig && siteConfig.minimumElasticInstanceCount, 20);
  });

  it('on containerapps scale to zero by default, and end no replica before ten minutes', () => {
    const { template } = readSnapshot('containerapps-default').one('Microsoft.App/containerApps')
      .properties as { template: Record<string, unknown> };
    assert.deepEqual(template.scale, { minReplicas: 0, maxReplicas: 20 });
    assert.equal(template.terminationGracePeriodSeconds, 600);
  });

  it('on containerapps are ready without the roles, which are given to an app that is there', () => {
    for (const name of ['containerapps-default', 'containerapps-extreme']) {
      const { template } = readSnapshot(name).one('Microsoft.App/containerApps').properties as {
        template: {
          containers: { probes: { type: string; periodSeconds: number; failureThreshold: number }[] }[];
        };
      };
      const probes = template.containers.flatMap((container) => container.probes);
      assert.deepEqual(
        probes.map(({ type }) => type),
        ['Liveness'],
      );
      for (const { periodSeconds, failureThreshold } of probes) {
        // Roles may take ten minutes, and an alert looks for a sign of life within fifteen.
        assert.ok(periodSeconds * failureThreshold >= 1800);
        assert.ok(periodSeconds * 3 < 900);
      }
    }
  });

  it('on containerapps leave half of the disk of a replica to the tasks', () => {
    for (const name of ['containerapps-default', 'containerapps-extreme']) {
      const snapshot = readSnapshot(name);
      const { template } = snapshot.one('Microsoft.App/containerApps').properties as {
        template: { containers: { resources: { cpu: number } }[] };
      };
      const gibibytes = Number(template.containers[0]?.resources.cpu) > 1 ? 8 : 4;
      assert.equal(
        Number(appOf(snapshot).settings.MODELOPS_BUNDLES_CACHE_BYTES),
        (gibibytes / 2) * 1024 ** 3,
      );
    }
  });

  it('keep no rule that deletes what is to stay, also when an earlier deployment has made it', () => {
    const rules = (name: string) => {
      const { policy } = readSnapshot(name).one('Microsoft.Storage/storageAccounts/managementPolicies')
        .properties as { policy: { rules: { name: string; enabled: boolean; definition: unknown }[] } };
      return policy.rules.map((rule) => [
        rule.name,
        rule.enabled,
        /"daysAfterModificationGreaterThan":(\d+)/.exec(JSON.stringify(rule.definition))?.[1],
      ]);
    };
    assert.deepEqual(rules('premium-default'), [
      ['results', true, '365'],
      ['jobs', true, '90'],
    ]);
    assert.deepEqual(rules('containerapps-extreme'), [
      ['results', false, '36500'],
      ['jobs', false, '36500'],
    ]);
  });
});
