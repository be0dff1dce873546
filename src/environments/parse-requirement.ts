import { validRange } from '@renovatebot/pep440';
import type { EnvironmentMarker } from 'pip-requirements-js';
import { normalisedName } from '../contracts/bundle/normalised-name.js';
import { parseMarker } from './parse-marker.js';

/** Something that has to be installed. */
export interface Requirement {
  /** Normalised. */
  name: string;
  /** Normalised. */
  extras: string[];
  /** PEP 440; empty for any version. */
  range: string;
  marker?: EnvironmentMarker;
  /** As it is written, without marker and URL. */
  text: string;
}

/**
 * Reads a requirement (PEP 508). Only its marker is left to pip-requirements-js, which does not read a marker after a
 * URL, nor `===`.
 *
 * @returns undefined when it is none: a path, a URL without a name, an option.
 */
export function parseRequirement(written: string): Requirement | undefined {
  const [, name = '', extrasText, rest = ''] =
    /^([a-z0-9][a-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*(.*)$/is.exec(written.trim()) ?? [];
  // To pip, a name like model-1.0.tar.gz is a file.
  if (!/[a-z0-9]$/i.test(name) || /\.(whl|zip|tar|tar\.\w+|t[gbxl]z)$/i.test(name)) return undefined;
  const { range, marker } = rest.startsWith('@') ? splitUrl(rest) : splitRange(rest);
  if (!validRange(range)) return undefined;
  const tree = marker === undefined ? undefined : parseMarker(marker);
  if (marker !== undefined && !tree) return undefined;
  const extras = extrasText?.split(',').flatMap((extra) => extra.trim() || []) ?? [];
  return {
    name: normalisedName(name),
    extras: extras.map(normalisedName),
    range,
    ...(tree && { marker: tree }),
    text: `${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}${range}`,
  };
}

/** `>=1.0 ; marker`, the range in parentheses or not. */
function splitRange(rest: string): { range: string; marker?: string } {
  const end = rest.indexOf(';');
  const range = (end < 0 ? rest : rest.slice(0, end)).trim().replace(/^\((.*)\)$/s, '$1');
  return { range: range.trim(), ...(end >= 0 && { marker: rest.slice(end + 1) }) };
}

/** `@ https://… ; marker`: a URL may have semicolons in it, but no space beside one. */
function splitUrl(rest: string): { range: string; marker?: string } {
  const end = rest.search(/\s;|;\s/);
  return { range: '', ...(end >= 0 && { marker: rest.slice(end + 2) }) };
}
