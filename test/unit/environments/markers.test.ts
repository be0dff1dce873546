import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markerApplies } from '../../../src/environments/marker-applies.js';
import { parseMarker } from '../../../src/environments/parse-marker.js';

const environment = {
  os_name: 'posix',
  sys_platform: 'linux',
  platform_machine: 'x86_64',
  platform_python_implementation: 'CPython',
  platform_release: '6.1.0-13-cloud-amd64',
  platform_system: 'Linux',
  platform_version: '#1 SMP Debian',
  python_version: '3.11',
  python_full_version: '3.11.7',
  implementation_name: 'cpython',
  implementation_version: '3.11.7',
};

for (const [title, text, expected, extra] of [
  ['versions are compared as versions', 'python_version > "3.9"', true],
  ['a version may stand on the left', '"3.12" <= python_version', false],
  ['a wildcard is one of versions', 'python_full_version == "3.11.*"', true],
  ['a compatible release is one of versions', 'python_version ~= "3.9"', true],
  ['text is compared as text', "sys_platform == 'win32'", false],
  ['a version and text are compared as text', 'platform_release >= "6"', true],
  ['in looks into the text', '"linux" in sys_platform', true],
  ['not in looks into the text', "python_version not  in '2.7, 3.0'", true],
  ['and binds more tightly than or', 'os_name == "posix" or os_name == "nt" and os_name == "nt"', true],
  ['parentheses bind most tightly', '(os_name == "posix" or os_name == "nt") and os_name == "nt"', false],
  ['no extra is asked for unless one is', 'extra == "excel"', false],
  ['an extra is a name in any spelling', 'extra == "Excel_Files"', true, 'excel-files'],
  ['compatible text means nothing', 'platform_system ~= "Linux"', false],
] satisfies [string, string, boolean, string?][]) {
  test(`${title}: ${text} ${expected ? 'applies' : 'does not apply'}`, () => {
    const marker = parseMarker(text);
    assert.ok(marker);
    assert.equal(markerApplies(marker, environment, extra), expected);
  });
}

for (const text of [
  '',
  'python_version',
  'os.name == "nt"',
  "'dev' in extras",
  'python_version >= "3" garbage',
]) {
  test(`"${text}" is no marker`, () => {
    assert.equal(parseMarker(text), undefined);
  });
}
