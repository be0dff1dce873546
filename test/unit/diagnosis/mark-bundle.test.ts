import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { markBundle } from '../../../src/diagnosis/mark-bundle.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const line = 'requires_fresh_process = true';

const marked: [string, string, string][] = [
  ['a table', '[tool.modelops]\nthreads = 2\n', `[tool.modelops]\n${line}\nthreads = 2\n`],
  ['a comment behind it', '[tool.modelops] # ours\n', `[tool.modelops] # ours\n${line}\n`],
  ['spaces and quotes', '[ tool . "modelops" ]\n', `[ tool . "modelops" ]\n${line}\n`],
  ['nothing behind it', '[tool.modelops]', `[tool.modelops]\n${line}\n`],
  ["Windows' line ends", '[tool.modelops]\r\na = 1\r\n', `[tool.modelops]\r\n${line}\r\na = 1\r\n`],
  [
    'what it says, with its comment',
    '[tool.modelops]\nthreads = 2\nrequires_fresh_process = false # for now\n',
    '[tool.modelops]\nthreads = 2\nrequires_fresh_process = true # for now\n',
  ],
  [
    'what other tables say',
    '[tool.other]\nrequires_fresh_process = false\n[tool.modelops]\n[tool.last]\nrequires_fresh_process = 1\n',
    `[tool.other]\nrequires_fresh_process = false\n[tool.modelops]\n${line}\n[tool.last]\nrequires_fresh_process = 1\n`,
  ],
];
for (const [what, before, after] of marked)
  test(`a project is marked in its own table: ${what}`, async () => {
    const folder = await make({ 'pyproject.toml': before });
    assert.deepEqual(await markBundle(folder), ['pyproject.toml']);
    assert.equal(await readFile(join(folder, 'pyproject.toml'), 'utf8'), after);
    assert.deepEqual(await readdir(folder), ['pyproject.toml']);
    assert.deepEqual(await markBundle(folder), ['pyproject.toml'], 'once more changes nothing');
    assert.equal(await readFile(join(folder, 'pyproject.toml'), 'utf8'), after);
  });

test('a manifest is marked, or made where no file has metadata', async () => {
  for (const files of [
    {},
    { 'pyproject.toml': '[tool.other]\nrequires_fresh_process = false\n' },
    { '.modelops/manifest.json': '{"threads": 1}', 'pyproject.toml': '[tool.modelops]\ntags = []\n' },
  ]) {
    const folder = await make(files);
    assert.deepEqual(await markBundle(folder), ['.modelops/manifest.json']);
    const text = await readFile(join(folder, '.modelops/manifest.json'), 'utf8');
    assert.equal(JSON.parse(text).requires_fresh_process, true);
  }
});

test('where two files have metadata they agree afterwards', async () => {
  const said = '{"requires_fresh_process": false}';
  const toml = '[tool.modelops]\nrequires_fresh_process = false\n';
  const both = await make({ '.modelops/manifest.json': said, 'pyproject.toml': toml });
  assert.deepEqual(await markBundle(both), ['pyproject.toml', '.modelops/manifest.json']);
  const one = await make({ '.modelops/manifest.json': '{}', 'pyproject.toml': toml });
  assert.deepEqual(await markBundle(one), ['pyproject.toml']);
});

test('what cannot be marked without its author is said, and left as it is', async () => {
  for (const toml of [
    'tool.modelops.requires_fresh_process = false\n',
    '[tool]\nmodelops = { requires_fresh_process = false }\n',
    '[tool.modelops]\nnote = """\nrequires_fresh_process = x\n"""\n',
  ]) {
    const folder = await make({ 'pyproject.toml': toml });
    await assert.rejects(markBundle(folder), /Cannot write requires_fresh_process into .*Write `requires/s);
    assert.equal(await readFile(join(folder, 'pyproject.toml'), 'utf8'), toml);
    assert.deepEqual(await readdir(folder), ['pyproject.toml']);
  }
});
