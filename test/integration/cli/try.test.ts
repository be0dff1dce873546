import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { type CliStand, startStand } from './stand.js';

const make = temporaryFolders();
let stand: CliStand;
before(async () => {
  stand = await startStand();
  await stand.storage.queue.createIfNotExists();
});
after(() => stand.stop());

const readme = {
  'wire.py': [
    'def wire(entrypoint: str, params: dict, seed: int) -> dict[str, bytes]:',
    '    from my_model import simulate',
    '    return {"incidence": simulate(scenario=entrypoint.split("/")[1], **params, seed=seed)}',
  ].join('\n'),
  'my_model.py':
    'def simulate(scenario, beta, seed):\n    print("ran")\n    return f"day,{scenario}\\n0,{beta * seed}\\n".encode()\n',
};
const grid = ['--entrypoint', 'my_model.seir/baseline', '--grid', 'beta=0.2,0.3', '--seeds', '1,2'];
const sent = async () => (await stand.storage.queue.getProperties()).approximateMessagesCount;

test("README's own example passes the check without a remark, and its first task is shown before the others are sent", async () => {
  await stand.storage.queue.clearMessages();
  const bundle = await make(readme);
  const checked = await stand.cli(
    'bundle',
    'check',
    bundle,
    '--entrypoint',
    'my_model.seir/baseline',
    '--json',
  );
  assert.equal(checked.exitCode, 0, checked.stderr);
  const { checks } = JSON.parse(checked.stdout);
  assert.deepEqual([...new Set(checks.map(({ state }: { state: string }) => state))], ['ok']);

  const { exitCode, stdout, stderr } = await stand.cli(
    'submit',
    '--bundle',
    bundle,
    ...grid,
    '--try',
    '--json',
  );
  assert.equal(exitCode, 0, stderr);
  assert.doesNotMatch(stderr, /Not certain|Not checked/);
  assert.match(
    stderr,
    /succeeded here, [\d.]+ s in the simulation:\n.*\n.*\nincidence +19 B +day,baseline$/m,
  );
  const { tried, tasks } = JSON.parse(stdout);
  assert.equal(tasks, 4);
  assert.deepEqual(tried.outputs, [
    { name: 'incidence', size: 19, content_type: 'application/octet-stream', first_line: 'day,baseline' },
  ]);
  assert.equal(await sent(), 4);
});

test('a first task that fails here keeps all from being sent', async () => {
  await stand.storage.queue.clearMessages();
  const bundle = await make({ ...readme, 'my_model.py': 'def simulate(scenario, seed): ...\n' });
  const { exitCode, stderr } = await stand.cli('submit', '--bundle', bundle, ...grid, '--try');
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /^Cannot submit: its first task was run here, and ended as simulation-failed\. Nothing was sent\./m,
  );
  assert.match(stderr, /unexpected keyword argument 'beta'/);
  assert.match(stderr, /wire\.py", line 3, in wire/);
  assert.equal(await sent(), 0);
  assert.equal(
    (await stand.cli('submit', '--bundle', bundle, ...grid)).exitCode,
    0,
    'without --try it is sent',
  );
});

test('binary outputs are told by their type, and what a terminal would obey is not shown', async () => {
  const bundle = await make({
    'wire.py':
      'def wire(*task): return {"a": b"\\x1b[2Jx", "b": b"PAR1\\xff\\xfe", "c": {"x": 1}, "d\\x1b": "y" * 500}\n',
  });
  const { stderr, stdout } = await stand.cli(
    'submit',
    '--bundle',
    bundle,
    ...grid,
    '--no-preflight',
    '--try',
    '--json',
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  assert.doesNotMatch(stderr, /\x1b/);
  const { outputs } = JSON.parse(stdout).tried;
  assert.deepEqual(
    outputs.map(({ first_line }: { first_line: string }) => first_line),
    [null, null, '{"x": 1}', `${'y'.repeat(80)}…`],
  );
});

test('nothing of a tried task is left, and a dry run tries nothing', async () => {
  const bundle = await make(readme);
  const before = await readdir(bundle);
  assert.equal((await stand.cli('submit', '--bundle', bundle, ...grid, '--try')).exitCode, 0);
  assert.deepEqual(await readdir(bundle), before);
  assert.deepEqual(await readdir(join(stand.folder, 'scratch', 'w')), []);
  const dry = await stand.cli('submit', '--bundle', bundle, ...grid, '--try', '--dry-run');
  assert.equal(dry.exitCode, 2);
  assert.match(dry.stderr, /^Cannot use --try with --dry-run/m);
});

test('submit refuses a wire function that cannot be called, and says what only the wire function knows', async () => {
  await stand.storage.queue.clearMessages();
  const refused = await make({ ...readme, 'wire.py': 'def wire(params): ...\n' });
  const { exitCode, stderr } = await stand.cli('submit', '--bundle', refused, ...grid);
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /Wire function: The wire function wire\(params\) cannot be called with \(entrypoint, params, seed\)/,
  );
  assert.equal(await sent(), 0);

  const unknown = await make({ 'wire.py': 'def wire(*task): return {"a": "1"}\n' });
  const said = await stand.cli('submit', '--bundle', unknown, ...grid);
  assert.equal(said.exitCode, 0);
  assert.match(said.stderr, /^Not certain: Entrypoint: .*: there is no module my_model in the bundle/m);
  assert.match(said.stderr, /--try runs the first task here/);
});

test('modules below a folder without any of its own are looked for too', async () => {
  const bundle = await make({
    'wire.py': 'def wire(*task): ...\n',
    'models/epi/sir.py': '',
    'data/pop.csv': '',
  });
  const names = ['models.epi.sir/x', 'models.epi.seir/x', 'data.pop/x'];
  const { stdout } = await stand.cli(
    'bundle',
    'check',
    bundle,
    ...names.flatMap((name) => ['--entrypoint', name]),
    '--json',
  );
  const states = JSON.parse(stdout).checks.slice(-3);
  assert.deepEqual(
    states.map(({ state }: { state: string }) => state),
    ['ok', 'missing', 'unknown'],
  );
});
