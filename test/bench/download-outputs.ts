import { readBlob } from '../../src/azure-backend/read-blob.js';
import { openStorage } from '../../src/connections/open-storage.js';
import { forEachConcurrently } from '../../src/jobs/for-each-concurrently.js';

// node download-outputs.js AT-ONCE < paths: reads these blobs of the results, so many at once, and says in how many milliseconds. A program of its own, as a command is that has the same to
// read; its start is not counted.

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const paths = Buffer.concat(chunks).toString().trim().split('\n');
const { results } = await openStorage(process.env);
const begun = performance.now();
await forEachConcurrently(paths, Number(process.argv[2]), AbortSignal.timeout(600_000), async (path) => {
  if ((await readBlob(results, path)) === undefined) throw new Error(`There is no ${path}.`);
});
console.log(performance.now() - begun);
