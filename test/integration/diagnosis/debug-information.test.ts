import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';

const source = `
namespace city {
class Model { public: static double people; };
double Model::people = 1;
thread_local long steps = 2;
}
static int visits() {
  static int count = 3;
  return ++count;
}
extern "C" double run() { return city::Model::people += visits() + ++city::steps; }
`;
const expected = {
  'city::Model::people': 'model.cpp:4',
  'city::steps': 'model.cpp:5',
  'visits()::count': 'model.cpp:8',
};
/** Name and line of each variable, of each library that it is given. */
const reader = `
import json, sys
sys.path.insert(0, sys.argv[1])
from leak_finder.native.library import Library
from leak_finder.native.loaded_objects import LoadedObject
from leak_finder.native.source_lines import SourceLines
for path in sys.argv[2:]:
    library = Library("model.so", LoadedObject(path, 0, None, 0), True)
    symbols = library.file_with_symbols().symbols()
    print(json.dumps(dict(SourceLines().of(library, symbol) for symbol in symbols if library.is_of_the_source(symbol))))
`;
const hasCompiler = (await execa('g++', ['--version'], { reject: false })).exitCode === 0;

test('names and lines of variables are read from debug information of every version, packed, and in a file of its own', {
  skip: !hasCompiler && 'there is no g++',
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'debug-information-'));
  try {
    await writeFile(join(folder, 'model.cpp'), source);
    const compile = (name: string, ...flags: string[]) =>
      execa('g++', ['-shared', '-fPIC', ...flags, 'model.cpp', '-o', name], { cwd: folder });
    for (const version of [2, 3, 4, 5]) await compile(`${version}.so`, `-gdwarf-${version}`);
    await compile('packed.so', '-g', '-gz=zlib');
    await compile('apart.so', '-g');
    await mkdir(join(folder, '.debug'));
    const objcopy = (...argv: string[]) => execa('objcopy', argv, { cwd: folder });
    await objcopy('--only-keep-debug', 'apart.so', join('.debug', 'apart.debug'));
    await objcopy('--strip-all', `--add-gnu-debuglink=${join('.debug', 'apart.debug')}`, 'apart.so');
    const libraries = ['2', '3', '4', '5', 'packed', 'apart'].map((name) => join(folder, `${name}.so`));
    const python = join(packageRoot, 'src', 'diagnosis', 'python');
    const { stdout } = await execa('python3', ['-c', reader, python, ...libraries]);
    for (const [index, line] of stdout.split('\n').entries())
      assert.deepEqual(JSON.parse(line), expected, libraries[index]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
