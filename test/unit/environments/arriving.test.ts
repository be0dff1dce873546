import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { loadZstd } from '../../../src/files/load-zstd.js';
import { packageRoot } from '../../../src/package/package-root.js';

/** Reads what arrives in pieces of one size, in steps of many sizes, through small buffers, and says what came. */
const program = `
import hashlib, json, sys, time
sys.path.insert(0, sys.argv[1])
import arriving
arriving.AT_ONCE, arriving.FREE = 1000, int(sys.argv[3])

def read(source):
    buffer = memoryview(bytearray(int(sys.argv[2])))
    with open(source, "rb") as file:
        while size := file.readinto(buffer):
            yield buffer[:size]

arriving.read = read
if sys.argv[4] == "without":
    arriving.libzstd = lambda: None
packed, digest, problem = arriving.arriving(), hashlib.sha256(), None
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

async function arrived(
  bytes: Uint8Array,
  { pieces = 777, free = 2 ** 28, zstd = true }: { pieces?: number; free?: number; zstd?: boolean } = {},
) {
  const facts = [pieces, free, zstd ? 'with' : 'without'].map(String);
  const argv = ['-I', '-S', '-c', program, scripts, ...facts];
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
const parts = Array.from({ length: 30 }, (_, at) =>
  at % 3 ? createHash('shake256', { outputLength: 4000 }).update(`${at}`).digest() : Buffer.alloc(9000, at),
);
const whole = Buffer.concat(parts);
const compress = await loadZstd();
const packed = compress(whole);

test('what comes expanded is handed out as it comes', async () => {
  const came = await arrived(whole, { zstd: false });
  assert.deepEqual(came, { expands: false, digest: sha256(whole), problem: null });
});

const { expands } = await arrived(packed);
const skip = !expands && 'there is no libzstd.so.1';

test('what comes compressed is expanded, in whatever pieces and frames it comes', { skip }, async () => {
  const frames = Buffer.concat(parts.map((part) => compress(part)));
  for (const bytes of [packed, frames])
    for (const pieces of [1, 50, 777, 50_000])
      assert.deepEqual(await arrived(bytes, { pieces }), { expands, digest: sha256(whole), problem: null });
});

test('what is cut off, is no zstd, or becomes too much, is told', { skip }, async () => {
  const other = Buffer.from(packed);
  other.fill(0xff, packed.length >> 1);
  for (const [bytes, said] of [
    [packed.subarray(0, packed.length - 5), /^EOFError: it has no end/],
    [whole, /^Refused: is not what zstd makes/],
    [other, /^Refused: is not what zstd makes|^EOFError/],
    [compress(Buffer.alloc(2_000_000)), /^Refused: becomes more than 200 times as large/],
  ] as const)
    assert.match((await arrived(bytes, { free: 1_000_000 })).problem ?? '', said);
});
