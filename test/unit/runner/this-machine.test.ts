import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Machine } from '../../../src/contracts/result/machine.js';
import { machineOf, thisMachine } from '../../../src/runner/report/this-machine.js';

const x86 = `processor\t: 0
vendor_id\t: GenuineIntel
model name\t: Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz
flags\t\t: fpu sse sse2 fma sse4_1 sse4_2 avx avx2 bmi1 avx512f avx512_vnni
vmx flags\t: vnmi ept

processor\t: 1
model name\t: another
flags\t\t: fpu
`;
const arm = `processor\t: 0
Features\t: fp asimd evtstrm sve2 asimddp
CPU implementer\t: 0x41
CPU part\t: 0xd49
`;

test('an x86 processor is told by its name and the instruction sets that numerical libraries look for', () => {
  assert.deepEqual(machineOf(x86), {
    processor: 'Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz',
    instruction_sets: ['avx', 'avx2', 'avx512_vnni', 'avx512f', 'fma', 'sse4_1', 'sse4_2'],
  });
});

test('an ARM processor, which has no name, is told by its numbers', () => {
  assert.deepEqual(machineOf(arm), {
    processor: 'ARM implementer 0x41 part 0xd49',
    instruction_sets: ['asimd', 'asimddp', 'sve2'],
  });
});

test('a machine that says nothing is told by what Node knows of it', () => {
  const { processor, instruction_sets } = machineOf('');
  assert.notEqual(processor, '');
  assert.deepEqual(instruction_sets, []);
});

test('this machine can be told in an attestation', async () => {
  assert.deepEqual(Machine.parse(await thisMachine()), await thisMachine());
});
