import type { Work } from './work.js';

const pypi = 'https://pypi.org/simple';

/** Options for the indexes of the settings. pip takes them for what a lock was made from, too: hashes tell that it is the same. */
export function indexes({ installer, options }: Pick<Work, 'installer' | 'options'>): string[] {
  const { indexUrl, extraIndexUrls } = options;
  const [first, more] =
    installer.kind === 'uv' ? ['--default-index', '--index'] : ['--index-url', '--extra-index-url'];
  return [
    ...(indexUrl === undefined ? [] : [first, indexUrl]),
    ...extraIndexUrls.flatMap((url) => [more, url]),
  ];
}

/** Options for the indexes from which tools of a build come: where the settings name none, those of the bundle's lock. */
export function toolIndexes({ installer, options, declaration }: Work): string[] {
  const locked = (declaration.lock?.packages ?? []).flatMap(({ origin }) => {
    const registry = origin?.inBundle ? undefined : origin?.source.registry;
    return typeof registry === 'string' ? [registry] : [];
  });
  const [indexUrl, ...others] = options.indexUrl === undefined ? new Set(locked) : [options.indexUrl];
  const extraIndexUrls = [...others, ...options.extraIndexUrls];
  return indexes({
    installer,
    options: { ...options, ...(indexUrl !== undefined && { indexUrl }), extraIndexUrls },
  });
}

/**
 * Addresses of the indexes from which source distributions come.
 *
 * @param lines of options of a requirements.txt
 */
export function sdistIndexes({ options: { indexUrl, extraIndexUrls } }: Work, lines: string[]): string[] {
  const own = (option: RegExp) => lines.flatMap((line) => option.exec(line)?.[1] ?? []);
  const first = [...own(/^(?:-i|--index-url)[\s=]+(\S+)/), ...(indexUrl === undefined ? [] : [indexUrl])];
  return [...(first.length > 0 ? first : [pypi]), ...own(/^--extra-index-url[\s=]+(\S+)/), ...extraIndexUrls];
}
