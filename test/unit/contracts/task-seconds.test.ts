import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatTaskSeconds,
  parseTaskSeconds,
  taskSeconds,
} from '../../../src/contracts/result/task-seconds.js';

const metrics = {
  execution_duration: 1.25,
  lookup_seconds: 0.01,
  bundle_seconds: 0.02,
  environment_seconds: 0.03,
  prepare_seconds: 0.04,
  start_seconds: 0.05,
  import_seconds: 0.5,
  write_seconds: 0.06,
  exit_seconds: 1 / 3,
  upload_seconds: 0.07,
  commit_seconds: 0.08,
  queue_wait_seconds: 3600,
  standby: 1,
  peak_memory_bytes: 9e9,
};

test("a task's seconds are those of its metrics, each stage counted once, and survive a blob's metadata", () => {
  const seconds = taskSeconds(metrics);
  assert.ok(seconds);
  const stored = parseTaskSeconds(formatTaskSeconds(seconds));
  assert.deepEqual(stored, {
    wait: 3600,
    start: 0.15,
    import: 0.5,
    simulate: 1.25,
    write: 0.06,
    exit: 0.3333,
    upload: 0.15,
    started_ahead: 1,
  });
  assert.match(formatTaskSeconds(seconds), /^[\x21-\x7e]+$/);
});

test('a task without a process, and an outcome without such metadata, have none', () => {
  assert.equal(taskSeconds({ queue_wait_seconds: 1 }), undefined);
  for (const text of [undefined, '', 'start=1', 'anything', formatted({ start: 'soon' })])
    assert.equal(parseTaskSeconds(text), undefined);
});

function formatted(changes: Record<string, string>): string {
  const all = new URLSearchParams(formatTaskSeconds(taskSeconds(metrics) ?? assert.fail()));
  for (const [name, value] of Object.entries(changes)) all.set(name, value);
  return all.toString();
}
