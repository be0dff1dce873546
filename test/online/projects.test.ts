import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { createEnvironments } from '../../src/environments/create-environments.js';
import { findNativeToolchain } from '../../src/environments/find-native-toolchain.js';
import { findUv } from '../fixtures/environments/find-uv.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { createFixtureRunner, localBundle, python } from '../integration/runner/run-fixture.js';

const make = temporaryFolders();
const uv = await findUv();
const { compiler, pythonHeaders } = await findNativeToolchain(python);
const lacking = [compiler, pythonHeaders].flatMap((found) => ('lacking' in found ? [found.lacking] : []))[0];
after(async () => {
  if (uv.fetchedTo) await rm(uv.fetchedTo, { recursive: true });
});

/** Counts in a static of C++, and in numpy what was handed over. */
const extension = `#include <pybind11/pybind11.h>
static int calls = 0;
PYBIND11_MODULE(_core, module) { module.def("count", [] { return ++calls; }); }
`;
const project = (requires: string[], backend: string) => `[project]
name = "epi-model"
version = "2.0"
dependencies = ["pybind11<4"]
[project.entry-points."modelops.wire"]
epi = "epi_model.entry:wire"
[build-system]
requires = ${JSON.stringify(requires)}
build-backend = "${backend}"
`;
const wire =
  'from epi_model import _core\n\ndef wire(*task):\n    return {"count": str(_core.count()), "file": _core.__file__}\n';
const projects: Record<string, Record<string, string>> = {
  // In a flat layout the bundle's own folder has a package of this name too, without the extension.
  setuptools: {
    'pyproject.toml': project(['setuptools', 'pybind11<4'], 'setuptools.build_meta'),
    'setup.py':
      'from pybind11.setup_helpers import Pybind11Extension\nfrom setuptools import setup\nsetup(packages=["epi_model"], ext_modules=[Pybind11Extension("epi_model._core", ["epi_model/core.cpp"])])\n',
    'epi_model/__init__.py': '',
    'epi_model/entry.py': wire,
    'epi_model/core.cpp': extension,
  },
  'scikit-build-core': {
    'pyproject.toml': project(['scikit-build-core', 'pybind11<4'], 'scikit_build_core.build'),
    'CMakeLists.txt':
      'cmake_minimum_required(VERSION 3.15...3.30)\nproject(epi_model LANGUAGES CXX)\nset(PYBIND11_FINDPYTHON ON)\nfind_package(pybind11 CONFIG REQUIRED)\npybind11_add_module(_core core.cpp)\ninstall(TARGETS _core DESTINATION epi_model)\n',
    'core.cpp': extension,
    'src/epi_model/__init__.py': '',
    'src/epi_model/entry.py': wire,
  },
};

for (const installer of ['uv', 'pip'] as const)
  for (const [backend, files] of Object.entries(projects))
    test(`a pybind11 extension is built by ${backend} through ${installer}, once, and runs in fresh processes`, async (t) => {
      if (lacking !== undefined) return t.skip(lacking);
      if (installer === 'uv' && 'lacking' in uv) return t.skip(uv.lacking);
      const path = process.env.PATH ?? '';
      if (installer === 'pip')
        process.env.PATH = path
          .split(delimiter)
          .filter((folder) => !existsSync(join(folder, 'uv')))
          .join(delimiter);
      const bundle = await localBundle(await make(files));
      const venvsFolder = join(await make(), 'venvs');
      const environments = createEnvironments({
        python,
        venvsFolder,
        build: {
          ...('path' in uv && installer === 'uv' && { uv: uv.path }),
          extraIndexUrls: [],
          limitBytes: 10 * 1024 ** 3,
          fresh: false,
          retry: false,
        },
      });
      const runner = await createFixtureRunner();
      try {
        const begun = performance.now();
        const environment = await environments.forBundle(bundle);
        t.diagnostic(`built in ${Math.round(performance.now() - begun)} ms`);
        for (const _ of [1, 2]) {
          const { outcome, reason, outputs, attestation } = await runner.run('', { bundle, environment });
          assert.equal(outcome, 'succeeded', reason);
          assert.equal(outputs.count, '1');
          assert.match(outputs.file ?? '', /site-packages.epi_model/);
          assert.equal(attestation?.wire?.version, '2.0');
        }
        const [log = ''] = (await readdir(venvsFolder)).filter((name) => name.endsWith('.log'));
        assert.match(
          await readFile(join(venvsFolder, log), 'utf8'),
          new RegExp(` ${installer} |/${installer} `),
        );
      } finally {
        process.env.PATH = path;
        await runner.close();
      }
    });
