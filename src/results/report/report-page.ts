import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../package/package-root.js';
import type { ReportData } from './report-data.js';

/**
 * A report as one HTML page that needs nothing else: its style, its script, and what it shows. It may load nothing and run nothing but
 * that script, whatever the texts of a job contain; the script alone makes elements of them.
 */
export async function reportPage(data: ReportData): Promise<string> {
  const built = join(packageRoot, 'dist', 'report');
  const [style, script] = await Promise.all(
    ['main.css', 'main.js'].map((name) => readFile(join(built, name), 'utf8')),
  );
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script ?? '')}`,
    `style-src ${hashOf(style ?? '')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Report of a job · ModelOps Cold Functions</title>
<style>${style}</style>
</head>
<body>
<noscript>This report draws its charts by a script that is part of this file. Allow scripts for it, or use mops-cold results, which makes tables.</noscript>
<script type="application/json" id="report-data">${dataBlock(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Within JSON these stand only in strings, where an escape means the same; outside no browser finds the end of the block in it. */
function dataBlock(data: ReportData): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
