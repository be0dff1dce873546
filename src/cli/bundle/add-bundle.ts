import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addBuild } from './add-build.js';
import { addCheck } from './add-check.js';
import { addList } from './add-list.js';
import { addPull } from './add-pull.js';
import { addPush } from './add-push.js';
import { addShow } from './add-show.js';
import { addVerifyBundle } from './add-verify-bundle.js';

/** `mops-cold bundle …` */
export function addBundle(program: Command, context: CliContext): void {
  const bundle = program
    .command('bundle')
    .description('store, fetch and look at bundles: a model and its data, pinned by digest');
  for (const add of [addPush, addPull, addList, addShow, addVerifyBundle, addCheck, addBuild])
    add(bundle, context);
}
