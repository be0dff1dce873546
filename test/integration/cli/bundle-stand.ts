import assert from 'node:assert/strict';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { type CliStand, startStand } from './stand.js';

const make = temporaryFolders();

/** For the tests of commands that take bundles. */
export interface BundleStand extends CliStand {
  /** What `mops-cold bundle … --json` says when it succeeds. */
  // biome-ignore lint/suspicious/noExplicitAny: documents of several commands, looked at field by field
  json(...args: string[]): Promise<any>;
}

/** A stand whose bundles are stored in a container of its storage. */
export async function startBundleStand(): Promise<BundleStand> {
  const stand = await startStand({
    MODELOPS_BUNDLES_DIR: '',
    MODELOPS_BUNDLES_CONTAINER: 'bundles-of-this-test',
    MODELOPS_ENVIRONMENTS: 'installed',
  });
  return {
    ...stand,
    async json(...args) {
      const { exitCode, stdout, stderr } = await stand.cli('bundle', ...args, '--json');
      assert.equal(exitCode, 0, stderr);
      return JSON.parse(stdout);
    },
  };
}

/** The folder of a model with files of every kind, to be pushed. */
export const makeModel = (): Promise<string> =>
  make({
    'wire.py': 'def wire(entrypoint, params, seed): return {"a": b"1"}\n',
    'models/sir.py': 'x = 1\n',
    'bin/tool*': '#!/bin/sh\n',
    'notes.log': 'not content',
    '.modelopsignore': '*.log\n',
    '.modelops/manifest.json': '{"wire": "wire.py:wire", "timeout_seconds": 60}',
  });

/** The folder of a model that can run, with more files, to be checked. */
export const bundleWith = (files: Record<string, string>): Promise<string> =>
  make({ 'wire.py': 'def wire(entrypoint, params, seed): return {"a": b"1"}\n', ...files });
