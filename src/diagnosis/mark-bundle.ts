import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse as parseJson } from 'lossless-json';
import { parse as parseToml } from 'smol-toml';
import { stringifyJson } from '../contracts/json/stringify-json.js';
import { writeWhole } from '../files/write-whole.js';

const name = 'requires_fresh_process';
const manifest = join('.modelops', 'manifest.json');
const project = 'pyproject.toml';

/** `[tool.modelops]` in any spelling of TOML, and what follows it up to the next table. */
const table =
  /^([ \t]*\[[ \t]*(["']?)tool\2[ \t]*\.[ \t]*(["']?)modelops\3[ \t]*\][ \t]*(?:#[^\r\n]*)?(\r?\n|$(?![\s\S])))((?:(?![ \t]*\[)[^\n]*(?:\n|$(?![\s\S])))*)/m;
const said = new RegExp(`^([ \\t]*(["']?)${name}\\2[ \\t]*=[ \\t]*)[^\\s#]+`, 'm');

/**
 * Says in a bundle's metadata that its tasks need a fresh process: in each file that says something else, in the one that has metadata,
 * or else in a new manifest.
 *
 * @param folder of the bundle
 * @returns the files that say it now, relative to the folder
 * @throws Error when one of them cannot be written so that it says it; none is changed then
 */
export async function markBundle(folder: string): Promise<string[]> {
  const [text, toml] = [await textOf(join(folder, manifest)), await textOf(join(folder, project))];
  const content = text === undefined ? undefined : manifestOf(text, join(folder, manifest));
  const metadata = toml === undefined ? undefined : modelopsOf(toml);
  const says = [content, metadata].map((of) => of !== undefined && name in of);
  const inProject =
    toml !== undefined && (says[1] || (content === undefined && table.test(toml)))
      ? markedToml(toml, join(folder, project))
      : undefined;
  const files: string[] = [];
  if (inProject !== undefined) {
    await writeWhole(join(folder, project), [inProject]);
    files.push(project);
  }
  if (inProject === undefined || says[0]) {
    await writeWhole(join(folder, manifest), [`${stringifyJson({ ...content, [name]: true }, 2)}\n`]);
    files.push(manifest);
  }
  return files;
}

function manifestOf(text: string, path: string): object {
  const content = parseJson(text);
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content;
  throw new Error(`Cannot write ${name} into ${path}: it is no JSON object. Make it one, or remove it.`);
}

/** The rest of the file stays as its author wrote it: no library writes TOML with its comments. */
function markedToml(toml: string, path: string): string {
  const marked = toml.replace(table, (_, header: string, _tool, _modelops, end: string, body: string) =>
    said.test(body)
      ? header + body.replace(said, '$1true')
      : `${header}${end ? '' : '\n'}${name} = true${end || '\n'}${body}`,
  );
  const { tool = {}, ...others } = parseToml(toml) as { tool?: Record<string, unknown> };
  const wanted = { ...others, tool: { ...tool, modelops: { ...modelopsOf(toml), [name]: true } } };
  if (isTheSame(marked, wanted)) return marked;
  throw new Error(
    `Cannot write ${name} into ${path}: it says its metadata in a way that cannot be changed without its author. Write \`${name} = true\` into [tool.modelops] there.`,
  );
}

function isTheSame(toml: string, wanted: unknown): boolean {
  try {
    // The parser's tables have no prototype.
    return isDeepStrictEqual(structuredClone(parseToml(toml)), structuredClone(wanted));
  } catch {
    return false;
  }
}

function modelopsOf(toml: string): object | undefined {
  const { tool } = parseToml(toml);
  if (typeof tool !== 'object' || !('modelops' in tool)) return undefined;
  return typeof tool.modelops === 'object' ? tool.modelops : undefined;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
}
