import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSubmission } from '../../../src/contracts/job/parse-submission.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { taskId } from '../../../src/contracts/task/task-id.js';
import { ContractViolation } from '../../../src/contracts/validation/contract-violation.js';
import { bundleRef } from './some-task.js';

const otherBundle = bundleRef.replaceAll('a', 'b').replace('shb', 'sha');

const task = (fields = '') =>
  `{"entrypoint":"models.sir/baseline","bundle_ref":"${bundleRef}","params":{"param_id":"3f1b615cf1dab4bfd2505c195f18fe8d70035f80beb5b0056c93844204158684","values":{"x":1.0}},"seed":7,"outputs":null${fields}}`;
const job = (fields: string) =>
  `{"job_type":"simulation","job_id":"job-1a2b3c4d","bundle_ref":"${bundleRef}",${fields}}`;
const study = (fields: string) => `{"model":"models.sir","scenario":"baseline",${fields}}`;

function violation(text: string, bundle?: string): ContractViolation {
  try {
    parseSubmission(text, bundle);
  } catch (error) {
    assert.ok(error instanceof ContractViolation, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'accepted' });
}

test("ModelOps' job JSON gives its tasks", () => {
  const submission = parseSubmission(
    job(`"priority":0,"metadata":{"model":"m"},"tasks":[${task()},${task()}]`),
  );
  assert.equal(submission.jobId, 'job-1a2b3c4d');
  assert.equal(submission.bundleRef, bundleRef);
  assert.equal(submission.tasks.length, 2);
  assert.equal(stringifyJson(submission.tasks[0]?.params.values), '{"x":1.0}');
  assert.deepEqual(submission.withoutEffect, []);
  assert.equal(stringifyJson(submission.said), '{"metadata":{"model":"m"},"priority":0}');
});

test('the older batches give the same tasks', () => {
  const old = parseSubmission(job(`"batches":[{"batch_id":"b","tasks":[${task()}]},{"tasks":[${task()}]}]`));
  assert.deepEqual(old, parseSubmission(job(`"tasks":[${task()},${task()}]`)));
});

test('what a job asks for and does not get is said', () => {
  const { withoutEffect } = parseSubmission(
    job(
      `"priority":5,"target_spec":{"data":{},"loss_function":"mse","weights":{"a":1}},"resource_requirements":{"cpu":1},"tasks":[${task()}]`,
    ),
  );
  assert.equal(withoutEffect.length, 4);
});

test('a job of more tasks than are sent at once has its priority', () => {
  const tasks = Array.from({ length: 501 }, () => task());
  const { priority, withoutEffect } = parseSubmission(job(`"priority":5,"tasks":[${tasks}]`));
  assert.deepEqual([priority, withoutEffect], [5, []]);
});

test('a job may leave its bundle to its tasks, or to whoever submits it', () => {
  const withoutAny = task().replace(`"bundle_ref":"${bundleRef}",`, '');
  for (const [text, given] of [
    [`{"tasks":[${task()}]}`, undefined],
    [`{"bundle_ref":"${bundleRef}","tasks":[${withoutAny}]}`, undefined],
    [`{"bundle_ref":null,"tasks":[${withoutAny}]}`, bundleRef],
    [`{"tasks":[${task()}]}`, bundleRef],
  ] as const) {
    assert.equal(parseSubmission(text, given).tasks[0]?.bundle_ref, bundleRef);
  }
});

for (const [what, text, given, field, reason] of [
  [
    'another bundle in a task',
    job(`"tasks":[${task()},${task().replace(bundleRef, otherBundle)}]`),
    undefined,
    'tasks[1].bundle_ref',
    /a job must have one bundle/,
  ],
  [
    'another bundle than the given one',
    `{"tasks":[${task()}]}`,
    otherBundle,
    'tasks[0].bundle_ref',
    /the given bundle is/,
  ],
  ['no bundle at all', '{"tasks":[{}]}', undefined, 'bundle_ref', /^bundle_ref is missing: say which bundle/],
  [
    'a local bundle',
    '{"bundle_ref":"local://dev","tasks":[{}]}',
    undefined,
    'bundle_ref',
    /submit it with mops-cold/,
  ],
  ['no task', job('"tasks":[]'), undefined, 'tasks', /must have a task/],
  ['neither tasks nor batches', job('"metadata":{}'), undefined, 'tasks', /must have a task/],
  [
    'tasks and batches',
    job(`"tasks":[${task()}],"batches":[{"tasks":[${task()}]}]`),
    undefined,
    'batches',
    /one of them/,
  ],
  [
    'a task that breaks the schema',
    job(`"tasks":[${task()},${task().replace('1.0', 'null')}]`),
    undefined,
    'tasks[1].params.values.x',
    /is null/,
  ],
  [
    'a param_id of other values',
    job(`"batches":[{"tasks":[${task().replace('1.0', '1')}]}]`),
    undefined,
    'batches[0].tasks[0].params.param_id',
    /the values have the id "4560ff73/,
  ],
  ['NaN', job(`"tasks":[${task().replace('1.0', 'NaN')}]`), undefined, 'tasks[0].params.values.x', /is NaN/],
  ['a task that is a string', job('"tasks":["x"]'), undefined, 'tasks[0]', /must be an object/],
  [
    'an unknown field',
    job(`"prioritty":1,"tasks":[${task()}]`),
    undefined,
    'prioritty',
    /did you mean "priority"/,
  ],
  [
    'a job id with a slash',
    job(`"tasks":[${task()}]`).replace('job-1', 'job/1'),
    undefined,
    'job_id',
    /1 to 100 letters/,
  ],
  ['another job type', '{"job_type":"magic"}', undefined, 'job_type', /must be "simulation"/],
] as const) {
  test(`a job with ${what} is refused, naming the field`, () => {
    const found = violation(text, given);
    assert.equal(found.field, field);
    assert.match(found.message, reason);
  });
}

test('calibrations are refused with a sentence that says what to do', () => {
  for (const text of [
    `{"job_type":"calibration","job_id":"j","algorithm":"optuna"}`,
    '{"model":"m","scenario":"s","algorithm":"optuna","parameter_sets":[]}',
    '{"target_data":{"observed_file":"x"}}',
    '{"kind":"CalibrationSpec"}',
    '{"max_iterations":5,"algorithm_config":{}}',
  ]) {
    assert.match(
      violation(text, bundleRef).message,
      /^The file is a calibration, .* submit the parameter sets/,
    );
  }
});

test('a study derives the seeds that modelops-contracts derives', () => {
  const { tasks, withoutEffect } = parseSubmission(
    study('"parameter_sets":[{"beta":0.3}],"sampling_method":"grid","n_replicates":3'),
    bundleRef,
  );
  assert.deepEqual(
    tasks.map(({ seed }) => seed),
    [1390113261n, 2323186424n, 2319692308n],
  );
  assert.deepEqual(tasks.map(taskId), [
    'a378db5195684ee007f55c54c066baa4',
    'ea89e9afd6b5b39e00c48aea1e7150c6',
    'c4f53ab95f0728becbf013e23da2c5a0',
  ]);
  assert.deepEqual(withoutEffect, []);
});

test('both kinds of parameter sets, with explicit seeds, stand side by side in a study', () => {
  const { tasks } = parseSubmission(
    study(
      '"parameter_sets":[{"params":{"x":1.0},"seed":18446744073709551615},{"x":2.0},{"params":{"x":3},"seed":null}],"n_replicates":2,"outputs":["b","a"],"targets":null,"metadata":{"k":[1]}',
    ),
    `reg.local:5000/sir@${bundleRef}`,
  );
  assert.deepEqual(
    tasks.map(({ params }) => stringifyJson(params.values)),
    ['{"x":1.0}', '{"x":2.0}', '{"x":2.0}', '{"x":3}', '{"x":3}'],
  );
  assert.equal(tasks[0]?.seed, 2n ** 64n - 1n);
  for (const { outputs, bundle_ref } of tasks) {
    assert.deepEqual(outputs, ['a', 'b']);
    assert.equal(bundle_ref, `reg.local:5000/sir@${bundleRef}`);
  }
});

test('a study says with what it is compared, and what it says besides its parameter sets is kept', () => {
  const text = study(
    '"kind":"SimulationStudy","parameter_sets":[{}],"targets":["t.a:b"],"min_replicates":2,"metadata":{"x":1.50},"outputs":[]',
  );
  const { withoutEffect, tasks, targets, minReplicates, said } = parseSubmission(`\uFEFF${text}`, bundleRef);
  assert.deepEqual(withoutEffect, []);
  assert.deepEqual([targets, minReplicates], [['t.a:b'], 2]);
  assert.match(stringifyJson(said), /"metadata":\{"x":1\.50\}/);
  assert.equal('outputs' in (tasks[0] ?? {}), false);
});

for (const [what, text, given, field, reason] of [
  ['no bundle', study('"parameter_sets":[{}]'), undefined, 'bundle_ref', /give it with --bundle/],
  ['a bundle that is a path', study('"parameter_sets":[{}]'), './x', 'bundle_ref', /path cannot be sent/],
  ['no parameter sets', study('"parameter_sets":[]'), bundleRef, 'parameter_sets', /is empty/],
  ['no scenario', '{"model":"m.n","parameter_sets":[{}]}', bundleRef, 'scenario', /is missing/],
  [
    'a model of one part',
    '{"model":"sir","scenario":"s","parameter_sets":[{}]}',
    bundleRef,
    'model',
    /import path "sir"/,
  ],
  [
    'a nested value',
    study('"parameter_sets":[{"x":1},{"x":[1]}]'),
    bundleRef,
    'parameter_sets[1].x',
    /is a list/,
  ],
  [
    'a nested value in params',
    study('"parameter_sets":[{"params":{"x":null}}]'),
    bundleRef,
    'parameter_sets[0].params.x',
    /is null/,
  ],
  [
    'params that are a number',
    study('"parameter_sets":[{"params":3,"beta":1}]'),
    bundleRef,
    'parameter_sets[0].beta',
    /put it into "params"/,
  ],
  [
    'a seed that is a float',
    study('"parameter_sets":[{"params":{},"seed":1.5}]'),
    bundleRef,
    'parameter_sets[0].seed',
    /is 1\.5/,
  ],
  [
    'a parameter set that is a list',
    study('"parameter_sets":[[]]'),
    bundleRef,
    'parameter_sets[0]',
    /is a list/,
  ],
  ['no replicates', study('"parameter_sets":[{}],"n_replicates":0'), bundleRef, 'n_replicates', /at least 1/],
  [
    'too many replicates',
    study('"parameter_sets":[{},{}],"n_replicates":900000'),
    bundleRef,
    'parameter_sets',
    /makes 1800000 tasks/,
  ],
  [
    'a misspelt field',
    study('"parameter_sets":[{}],"n_replicate":3'),
    bundleRef,
    'n_replicate',
    /did you mean "n_replicates"/,
  ],
] as const) {
  test(`a study with ${what} is refused, naming the field`, () => {
    const found = violation(text, given);
    assert.equal(found.field, field);
    assert.match(found.message, reason);
  });
}

test('a file that is neither is refused', () => {
  assert.match(violation('{"foo":1}').message, /neither a job nor a study/);
  assert.match(violation('[]').message, /must hold an object/);
  assert.match(violation('{"kind":"Else"}').message, /^kind must be/);
  assert.match(violation('model: sir').message, /^The file is not valid JSON/);
});
