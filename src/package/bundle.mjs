// node src/package/bundle.mjs: bundles what a browser loads of a report into dist/report, `mops-cold` into dist/cli, and what the Functions host loads, functions/main.ts with every package that it needs, into
// dist/app. A new worker waits for that: from one file, of which it finds compiled what it needs (src/worker/run-compiled.ts), it is there in a third of the time. What has an `import()` runs
// when it is asked for. Not minified: a stack trace is to be read, and no source map is looked at.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const absWorkingDir = fileURLToPath(new URL('../..', import.meta.url));

// CommonJS packages call it, and a module has none.
const withRequire =
  "import { createRequire as createRequireOfThisFile } from 'node:module';\nconst require = createRequireOfThisFile(import.meta.url);";
const withFolder = (url) =>
  `const __dirname = require('node:path').dirname(require('node:url').fileURLToPath(${url}));`;

/** CommonJS packages that are imported when they are needed: whoever does so takes their names from their default, which is all that they have in a file of their own. */
const byDefault = new Set(['lz4js', 'yaml']);

const ofApp = {
  absWorkingDir,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  // They lie beside it where somebody debugs; a worker under --enable-source-maps reads every map at its start.
  sourcesContent: false,
  // The host's worker supplies it to whoever calls `require`.
  external: ['@azure/functions-core'],
  banner: { js: withRequire },
  // For forms, which nobody sends here: Azure's packages look for it at each request, and Node loads its `fetch` for it, in 20 ms.
  define: { FormData: 'undefined' },
  plugins: [{ name: 'english', setup: onlyEnglish }],
  logLevel: 'warning',
};

// A script, since Node takes no compiled modules from us; an asynchronous function, since there are modules that await at their top level.
// In ASCII it is read in a third of the time.
const { outputFiles } = await build({
  ...ofApp,
  entryPoints: ['functions/register.ts'],
  outdir: 'dist/app',
  entryNames: '[name]-[hash]',
  banner: { js: `(async function (require, urlOfThisFile) {\n${withFolder('urlOfThisFile')}` },
  footer: { js: '})' },
  define: { ...ofApp.define, 'import.meta.url': 'urlOfThisFile' },
  plugins: [...ofApp.plugins, { name: 'required', setup: requireBuiltins }],
  write: false,
});
for (const { path, text } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, path.endsWith('.js') ? inAscii(text) : text);
}
const bundleOfApp = basename(outputFiles.find(({ path }) => path.endsWith('.js')).path);
await build({
  ...ofApp,
  entryPoints: ['functions/main.ts'],
  outfile: 'dist/app/main.js',
  banner: {},
  define: { bundleOfApp: JSON.stringify(bundleOfApp) },
});

// What makes tables of a job is a process of its own.
await build({
  ...ofApp,
  entryPoints: ['src/results/stored/main.ts'],
  outfile: 'dist/app/tables/main.js',
  banner: { js: `${withRequire}\n${withFolder('import.meta.url')}` },
});
// Where Node has no zstd, that of both looks for its code beside it.
const zstd = dirname(require.resolve('@bokuweb/zstd-wasm'));
for (const folder of ['dist/app', 'dist/app/tables'])
  copyFileSync(join(zstd, 'zstd.wasm'), join(absWorkingDir, folder, 'zstd.wasm'));

// Each command waits for its code, which is there in half of the time from a few files in the place of hundreds. What only some commands need is in files of its own.
const { metafile } = await build({
  ...ofApp,
  entryPoints: ['src/cli/main.ts'],
  outdir: 'dist/cli',
  splitting: true,
  metafile: true,
  chunkNames: 'parts/[name]-[hash]',
  sourcemap: false,
  // It looks for its code beside it.
  external: ['@bokuweb/zstd-wasm'],
});

const needed = Object.entries(metafile.inputs)
  .filter(([path]) => path.startsWith('src/'))
  .flatMap(([, { imports }]) => imports.filter(({ kind }) => kind === 'dynamic-import'));
for (const { path } of needed) {
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  if (metafile.inputs[path]?.format === 'cjs' && !byDefault.has(name))
    throw new Error(
      `Cannot bundle what src imports of ${name} when it is needed: as CommonJS it has nothing but its default there. Take its names from that, and add it to \`byDefault\` in src/package/bundle.mjs.`,
    );
}

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

/** Instead of imports, which no function may hold. As a module with the names that are used: each import of what esbuild takes for CommonJS copies all names that there are, 18,000 in all. */
function requireBuiltins({ onResolve, onLoad }) {
  onResolve({ filter: /./ }, ({ path, kind }) => {
    if (!isBuiltin(path)) return undefined;
    return kind === 'require-call' ? { path, external: true } : { path, namespace: 'builtin' };
  });
  onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => {
    const names = Object.keys(require(path)).filter((name) => name !== 'default');
    return {
      contents: [
        `const builtin = require(${JSON.stringify(path)});`,
        'const of = (name) => builtin[name];',
        'export default builtin;',
        ...names.map((name) => `export const ${name} = /* @__PURE__ */ of('${name}');`),
      ].join('\n'),
    };
  });
}

/** esbuild leaves comments and regular expressions as they are. */
function inAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
