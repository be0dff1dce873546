import module from 'node:module';
import { fileURLToPath } from 'node:url';

// What the host loads (`main` in package.json). From Node 22.1 on, a worker finds compiled what an earlier one has loaded. It
// lies beside the code: whoever may write there may change the code itself.
const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };
enableCompileCache?.(fileURLToPath(new URL('compiled', import.meta.url)));

await import('./register.js');
