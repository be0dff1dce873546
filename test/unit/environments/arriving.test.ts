import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { loadZstd } from '../../../src/formats/load-zstd.js';
import { packageRoot } from '../../../src/package/package-root.js';

/** Reads what arrives in pieces of one size, in steps of many sizes, through small buffers, and says what came. */
const program = `
import hashlib, json, sys, time
sys.path.insert(0, sys.argv[1])
import arriving
arriving.AT_ONCE, arriving.FREE = 1000, int(sys.argv[4])

def read(source):
    buffer = memoryview(bytearray(int(sys.argv[3])))
    with open(source, "rb") as file:
        while size := file.readinto(buffer):
            yield buffer[:size]

arriving.read = read
packed, digest, problem = arriving.arriving(sys.argv[2]), hashlib.sha256(), None
try:
    for size in range(1, 10**6):
        part = packed.all(size % 3000) if size % 3 else packed.some(size % 3000 + 1)
        if size % 20 == 0:
            time.sleep(0.001)  # meanwhile the thread goes on, and must leave this alone
        digest.update(part)
        if size % 3000 and not part:
            break
except (arriving.Refused, EOFError) as error:
    problem = "%s: %s" % (type(error).__name__, error)
print(json.dumps([digest.hexdigest(), problem]))
`;
const scripts = join(packageRoot, 'src', 'environments', 'python');

async function arrived(compression: string, bytes: Uint8Array, { pieces = 777, free = 2 ** 28 } = {}) {
  const argv = ['-I', '-S', '-c', program, scripts, compression, String(pieces), String(free)];
  const child = spawn('python3', argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = text(child.stdout);
  // It may have seen enough.
  await pipeline(Readable.from([bytes]), child.stdin).catch(() => undefined);
  const [first = '', last = ''] = (await said).trim().split('\n');
  const [digest, problem] = JSON.parse(last) as [string, string | null];
  return { expands: (JSON.parse(first) as { expands: boolean }).expands, digest, problem };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
// Some of it becomes much smaller, some of it nothing at all.
const whole = Buffer.concat(
  Array.from({ length: 30 }, (_, at) =>
    at % 3 ? createHash('shake256', { outputLength: 4000 }).update(`${at}`).digest() : Buffer.alloc(9000, at),
  ),
);
const zstd = await loadZstd();
const compressions = [
  ['gzip', gzipSync(whole), gzipSync(Buffer.alloc(2_000_000))],
  ['zstd', zstd(whole), zstd(Buffer.alloc(2_000_000))],
] as const;

test('what comes uncompressed, or so that it cannot be expanded here, is handed out as it comes', async () => {
  for (const compression of ['none', 'other'])
    assert.deepEqual(await arrived(compression, whole), {
      expands: false,
      digest: sha256(whole),
      problem: null,
    });
});

for (const [compression, packed, bomb] of compressions) {
  const { expands } = await arrived(compression, packed);
  const skip = !expands && `this Python does not expand what ${compression} makes`;

  test(`what ${compression} has compressed is expanded, in whatever pieces it comes`, { skip }, async () => {
    for (const pieces of [1, 50, 777, 50_000])
      assert.deepEqual(await arrived(compression, packed, { pieces }), {
        expands,
        digest: sha256(whole),
        problem: null,
      });
  });

  test(`what is cut off, is not of ${compression}, or becomes too much, is told`, { skip }, async () => {
    const other = Buffer.from(packed);
    other.fill(0xff, packed.length >> 1);
    for (const [bytes, said] of [
      [packed.subarray(0, packed.length - 5), /^EOFError: it has no end/],
      [whole, new RegExp(`^Refused: is not what ${compression} makes`)],
      [other, new RegExp(`^(Refused: is not what ${compression} makes|EOFError)`)],
      [bomb, /^Refused: becomes more than 200 times as large/],
    ] as const)
      assert.match((await arrived(compression, bytes, { free: 1_000_000 })).problem ?? '', said);
  });
}
