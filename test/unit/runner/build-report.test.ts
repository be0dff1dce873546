import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskRecord } from '../../../src/runner/process/runner-process.js';
import { buildReport } from '../../../src/runner/report/build-report.js';

type Arguments = Parameters<typeof buildReport>;

test('a run whose log could not be kept has no outcome, however it ended: what decides over it may be what was lost', async () => {
  const log = { bytes: 0, omitted_bytes: 20, failure: '[Errno 28] No space left on device' };
  const done = { type: 'done', status: 'succeeded', error: null, artifacts: [] };
  for (const record of [{ done }, { done: undefined }]) {
    const report = buildReport(
      { bundle: { metadata: { fail_on_log: ['diverged'] } } } as unknown as Arguments[0],
      { ...record, end: { event: 'ended', log } } as unknown as TaskRecord,
      { log: '/nowhere/log' } as unknown as Arguments[2],
    );
    await assert.rejects(
      report,
      /^Error: Cannot keep the log of the run: \[Errno 28\] No space left on device\. /,
    );
  }
});
