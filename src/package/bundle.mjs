// node src/package/bundle.mjs: bundles what a browser loads of a report into dist/report, and what the Functions host loads, functions/main.ts with every package that it needs, into
// dist/app. A new worker waits for that: from few files it is there in a third of the time. What has an `import()` is a file of its
// own, and loaded when it is asked for. Not minified: a stack trace is to be read, also where no source map is looked at.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const absWorkingDir = fileURLToPath(new URL('../..', import.meta.url));

await build({
  absWorkingDir,
  entryPoints: ['functions/main.ts'],
  outdir: 'dist/app',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  // They lie beside it where somebody debugs; a worker under --enable-source-maps reads every map at its start.
  sourcesContent: false,
  // The host's worker supplies it to whoever calls `require`.
  external: ['@azure/functions-core'],
  // CommonJS packages call it, and a module has none.
  banner: {
    js: "import { createRequire as createRequireOfThisFile } from 'node:module';\nconst require = createRequireOfThisFile(import.meta.url);",
  },
  plugins: [{ name: 'english', setup: onlyEnglish }],
  logLevel: 'warning',
});

// Script and style of a report's page, which are put into it whole (src/results/report/report-page.ts).
await build({
  absWorkingDir,
  entryPoints: [
    { in: 'src/results/report/page/main.ts', out: 'main' },
    { in: 'src/results/report/page/style.css', out: 'main' },
  ],
  outdir: 'dist/report',
  bundle: true,
  minify: true,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  logLevel: 'warning',
});

/** What zod would say in other languages is a fifth of all code. */
function onlyEnglish({ onLoad }) {
  onLoad({ filter: /\/node_modules\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: '' }));
}
