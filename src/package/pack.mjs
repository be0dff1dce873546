// npm pack: what a tarball holds is a working `mops-cold`. npm packs no link, and no package-lock.json: while it packs, `dist` is a
// folder, and the lock has its other name, so that those who install the tarball get the packages that were tested.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { builds, root } from './builds.mjs';

const dist = join(root, 'dist');
const lock = join(root, 'npm-shrinkwrap.json');

if (process.argv.includes('--done')) done();
else prepare();

function prepare() {
  const copy = join(builds, `packing-${process.pid}`);
  fs.cpSync(fs.realpathSync(dist), copy, { recursive: true });
  fs.rmSync(dist, { recursive: true });
  fs.renameSync(copy, dist);
  fs.copyFileSync(join(root, 'package-lock.json'), lock);
}

/** `npm run build` has `dist` lead to a build again. */
function done() {
  const packed = fs.lstatSync(dist, { throwIfNoEntry: false })?.isDirectory() && fs.existsSync(lock);
  fs.rmSync(lock, { force: true });
  if (packed) return;
  process.stderr.write(
    'Cannot pack: something else built or packed here meanwhile, and the tarball may lack files. Pack again.\n',
  );
  process.exitCode = 1;
}
