import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'lossless-json';
import { readDeclarations } from '../../../src/bundles/metadata/read-declarations.js';
import { warmUpLine } from '../../../src/contracts/bundle/warm-up-line.js';
import type { Scalar } from '../../../src/contracts/json/scalar.js';
import { stringifyJson } from '../../../src/contracts/json/stringify-json.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

test('the line for a warm-up is one of TOML', () => {
  const params = parse('{"beta": 0.3, "steps": 10, "dry run": true}') as Record<string, Scalar>;
  assert.equal(
    warmUpLine({ entrypoint: 'models.sir/baseline', params }),
    'warm_up = { entrypoint = "models.sir/baseline", params = { beta = 0.3, steps = 10, "dry run" = true } }',
  );
  assert.equal(
    warmUpLine({ entrypoint: 'a:b', params: {} }),
    'warm_up = { entrypoint = "a:b", params = {} }',
  );
});

test('a bundle with the line has a warm-up with the same parameters, whatever they are', async () => {
  const text =
    '{"a": 1, "b": 1.0, "c": -0.5, "d": 1e-7, "e": true, "f": "\\"quoted\\" \\\\ \\u007f \\n é 𝛽 \'", "ü.x y": "", "": 2}';
  const params = parse(text) as Record<string, Scalar>;
  const folder = await make({
    'wire.py': '',
    'pyproject.toml': `[tool.modelops]\n${warmUpLine({ entrypoint: 'models.sir/baseline', params })}\n`,
  });
  const refuse = (what: string, cause?: unknown) => new Error(what, { cause });
  const { metadata } = await readDeclarations(folder, refuse);
  assert.equal(
    stringifyJson(metadata.warm_up as never),
    stringifyJson({ entrypoint: 'models.sir/baseline', params } as never),
  );
});
