import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { withoutBicep } from './find-bicep.js';
import { infraFolder, snapshotNames } from './infra-folder.js';
import { runBicep, runSnapshot } from './run-bicep.js';

describe('the Bicep files', { skip: withoutBicep }, () => {
  const temporaryFolder = temporaryFolders();
  const files = readdirSync(infraFolder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.bicep(param)?$/.test(file),
  );
  let copy: string;
  before(async () => {
    copy = await temporaryFolder();
    cpSync(infraFolder, copy, { recursive: true });
  });

  it('are formatted', () => {
    for (const pattern of ['**/*.bicep', '**/*.bicepparam']) {
      const { exitCode, stderr } = runBicep(copy, 'format', '--pattern', pattern);
      assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    }
    const unformatted = files.filter(
      (file) => readFileSync(join(infraFolder, file), 'utf8') !== readFileSync(join(copy, file), 'utf8'),
    );
    assert.deepEqual(unformatted, [], 'bicep format does it');
  });

  it('have no diagnostics, warnings included', () => {
    for (const pattern of ['**/*.bicep', '**/*.bicepparam']) {
      const { exitCode, stdout, stderr } = runBicep(infraFolder, 'lint', '--pattern', pattern);
      assert.deepEqual({ exitCode, said: stdout + stderr }, { exitCode: 0, said: '' });
    }
  });

  for (const name of snapshotNames) {
    it(`deploy what the snapshot ${name} says`, () => {
      const { exitCode, stdout, stderr } = runSnapshot(copy, `snapshots/${name}.bicepparam`);
      assert.equal(exitCode, 0, `${stderr}${stdout}`);
      // Compared here: the compiler, asked to, leaves out the outputs.
      const file = join('snapshots', `${name}.snapshot.json`);
      const read = (folder: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const [now, kept] = [read(copy), read(infraFolder)];
      if (process.env.INFRA_UPDATE === '1' && !isDeepStrictEqual(kept, now))
        writeFileSync(join(infraFolder, file), inOrder(now));
      else assert.deepEqual(kept, now, 'INFRA_UPDATE=1 npm run infra:check writes it anew');
    });
  }

  const refused: [what: string, parameters: string, sentence: RegExp][] = [
    [
      'a name too long for storage',
      "param name = 'poliosweepof2026'",
      /name is "poliosweepof2026": it must be/,
    ],
    [
      'a name with capitals',
      "param name = 'Sweep'",
      /name is "Sweep": it must be 2 to 14 lower-case letters/,
    ],
    ['a name that begins with a digit', "param name = '1sweep'", /name is "1sweep": .*a letter first/],
    [
      'an image that is not pinned',
      "param name = 'sweep'\nparam image = 'app:latest'",
      /image is "app:latest"/,
    ],
    [
      'an image without a tag',
      "param name = 'sweep'\nparam image = 'app'",
      /image is "app": it must name one/,
    ],
    [
      'a task limit that leaves no time for the upload',
      "param name = 'sweep'\nparam taskTimeoutSeconds = 3240",
      /taskTimeoutSeconds is 3240 and uploadSeconds 300: together they must be below functionTimeoutSeconds, which is 3540/,
    ],
    [
      'an invocation that may outlast the scale-in of premium',
      "param name = 'sweep'\nparam functionTimeoutSeconds = 3600",
      /functionTimeoutSeconds is 3600: it must be below 3600, because premium/,
    ],
    [
      'an invocation that may outlast a replica of containerapps',
      "param name = 'sweep'\nparam hosting = 'containerapps'\nparam functionTimeoutSeconds = 600",
      /functionTimeoutSeconds is 600: it must be below 600, because Container Apps .*minimumInstances at least 1/,
    ],
    [
      'premium without an instance',
      "param name = 'sweep'\nparam minimumInstances = 0",
      /minimumInstances is 0: hosting premium has at least 1/,
    ],
    [
      'more instances always there than premium has',
      "param name = 'sweep'\nparam minimumInstances = 21\nparam maximumInstances = 30",
      /minimumInstances is 21: hosting premium has at most 20/,
    ],
    [
      'more instances always there than may be there at once',
      "param name = 'sweep'\nparam minimumInstances = 3\nparam maximumInstances = 2",
      /minimumInstances is 3 and maximumInstances 2/,
    ],
    [
      'a number beyond its bound',
      "param name = 'sweep'\nparam tasksAtOnce = 33",
      /the maximum allowable value is 32/,
    ],
  ];
  for (const [what, parameters, sentence] of refused) {
    it(`refuse ${what}`, () => {
      writeFileSync(join(copy, 'refused.bicepparam'), `using 'main.bicep'\n\n${parameters}\n`);
      const { exitCode, stderr } = runSnapshot(copy, 'refused.bicepparam');
      assert.equal(exitCode, 1);
      assert.match(stderr, sentence);
    });
  }
});

/** The compiler writes outputs in another order each time, which no diff is to show. */
function inOrder(snapshot: { outputs: Record<string, unknown> }): string {
  const outputs = Object.entries(snapshot.outputs).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify({ ...snapshot, outputs: Object.fromEntries(outputs) }, null, 2);
}
