import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkRequest } from '../../../src/deployment/cost/check-request.js';
import type { CostRequest } from '../../../src/deployment/cost/cost-request.js';
import { requestRemarks } from '../../../src/deployment/cost/request-remarks.js';
import { UsageError } from '../../../src/reporting/usage-error.js';
import { containerapps, premium } from './cost-examples.js';

describe('what cannot be meant is refused', () => {
  const refused: [string, Partial<CostRequest>, RegExp][] = [
    ['premium without an instance', { minimumInstances: 0 }, /--minimum-instances is 0, and hosting premium/],
    ['more always there than at most', { minimumInstances: 11 }, /is 11 and --maximum-instances 10/],
    ['a task of an hour with premium', { secondsPerTask: 3600 }, /3600 s cannot run with hosting premium/],
    ['a task larger than its share', { memoryGibPerTask: 2.9 }, /does not fit: medium \(EP2\) has 7 GiB/],
    ['artifacts without one', { artifactsPerTask: 0 }, /--artifact-mib is above 0 and --artifacts is 0/],
  ];
  for (const [what, change, message] of refused)
    it(what, () => {
      assert.throws(() => checkRequest({ ...premium, ...change }), message);
      assert.throws(() => checkRequest({ ...premium, ...change }), UsageError);
    });

  it('a task of 10 minutes with Container Apps, unless an instance is always there', () => {
    const long = { ...containerapps, secondsPerTask: 600 };
    assert.throws(
      () => checkRequest(long),
      /must be below 600 s\. Give shorter tasks, or --minimum-instances 1/,
    );
    checkRequest({ ...long, minimumInstances: 1 });
  });

  it('while tasks that share processors are a remark', () => {
    assert.deepEqual(requestRemarks(containerapps), []);
    assert.match(
      requestRemarks({ ...containerapps, tasksAtOnce: 3 })[0] ?? '',
      /3 tasks at once share 2 vCPU/,
    );
  });
});
