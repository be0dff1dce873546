import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasWheels } from '../../../src/environments/has-wheels.js';

const linux = { version: '3.12.1', platform: 'linux-x86_64', libc: 'glibc 2.36' };
const mac = { version: '3.12.1', platform: 'macosx-14.0-arm64', libc: '' };
const musl = { ...linux, libc: 'musl' };

const locked = (name: string, wheels: string[]) => ({
  name,
  version: '1',
  dependencies: [],
  extras: {},
  origin: { source: {}, files: [], wheels, inBundle: false },
});

for (const [wheel, python, fits] of [
  ['a-1-py3-none-any.whl', linux, true],
  ['a-1-py2.py3-none-any.whl', linux, true],
  ['a-1-py2-none-any.whl', linux, false],
  ['a-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl', linux, true],
  ['a-1-1-cp312-cp312-linux_x86_64.whl', linux, true],
  ['a-1-cp311-cp311-manylinux_2_17_x86_64.whl', linux, false],
  ['a-1-cp38-abi3-manylinux_2_17_x86_64.whl', linux, true],
  ['a-1-cp313-abi3-manylinux_2_17_x86_64.whl', linux, false],
  ['a-1-cp312-cp312t-manylinux_2_17_x86_64.whl', linux, false],
  ['a-1-cp312-cp312-manylinux_2_17_aarch64.whl', linux, false],
  ['a-1-cp312-cp312-win_amd64.whl', linux, false],
  ['a-1-cp312-cp312-musllinux_1_2_x86_64.whl', linux, false],
  ['a-1-cp312-cp312-musllinux_1_2_x86_64.whl', musl, true],
  ['a-1-py3-none-manylinux_2_17_x86_64.whl', linux, true],
  ['a-1-cp312-cp312-macosx_11_0_arm64.whl', mac, true],
  ['a-1-cp312-cp312-macosx_11_0_universal2.whl', mac, true],
  ['a-1-cp312-cp312-macosx_11_0_x86_64.whl', mac, false],
] as const) {
  test(`${wheel} is ${fits ? '' : 'not '}for ${python.version} on ${python.platform} ${python.libc}`, () => {
    assert.equal(hasWheels([locked('a', [wheel])], python), fits);
  });
}

test('each package needs one wheel, of whichever of its versions; one without any is built', () => {
  const old = locked('a', ['a-1-cp311-cp311-manylinux_2_17_x86_64.whl']);
  const own = locked('A', ['a-2-cp312-cp312-manylinux_2_17_x86_64.whl']);
  assert.equal(hasWheels([old], linux), false);
  assert.equal(hasWheels([old, own, locked('b', [])], linux), true);
  assert.equal(hasWheels([own, locked('b', ['b-1-cp311-cp311-win32.whl'])], linux), false);
});
