import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What opens private indexes and repositories to a build. */
export interface BuildSecrets {
  /** Variables of what downloads. */
  variables: Record<string, string>;
  /** The text of a netrc file, with the one of the machine; undefined where that one alone is to count. */
  netrc?: string;
  /** What must not be read anywhere. */
  values: string[];
}

export const secretPrefix = 'MODELOPS_BUILD_SECRET_';
const githubHosts = ['github.com', 'api.github.com', 'codeload.github.com'];
/** A shorter one would be found in words. */
const shortest = 4;

/**
 * The secrets for builds among the app's settings: `MODELOPS_BUILD_SECRET_NETRC`, the text of a netrc file; any other
 * `MODELOPS_BUILD_SECRET_<NAME>`, the variable <NAME> of what downloads; GITHUB_TOKEN.
 */
export async function buildSecrets(env: NodeJS.ProcessEnv = process.env): Promise<BuildSecrets> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (name.startsWith(secretPrefix) && value) variables[name.slice(secretPrefix.length)] = value;
  const { NETRC: given, ...named } = variables;
  const token = named.GITHUB_TOKEN ?? env.GITHUB_TOKEN;
  const added = [
    ...(given === undefined ? [] : [given]),
    ...(token ? githubHosts.map((host) => `machine ${host} login x-access-token password ${token}`) : []),
  ];
  const own = await readFile(env.NETRC || join(homedir(), '.netrc'), 'utf8').catch(() => '');
  const entries = netrcEntries([own, ...added].join('\n'));
  const headers = entries.map(({ machine, login, password }) => ({
    machine,
    // curl, by which git fetches, reads no netrc but that of HOME.
    value: Buffer.from(`${login}:${password}`).toString('base64'),
  }));
  const values = [
    ...Object.values(named),
    ...(token ? [token] : []),
    ...entries.map(({ password }) => password),
    ...headers.map(({ value }) => value),
    ...proxyPasswords(env),
  ];
  return {
    variables: { ...named, ...gitHeaders(headers) },
    ...(added.length > 0 && { netrc: `${[own.trimEnd(), ...added].filter(Boolean).join('\n')}\n` }),
    values: [...new Set(values.flatMap((value) => [value, encodeURIComponent(value)]))]
      .filter((value) => value.length >= shortest)
      // The longer first: it may hold a shorter one.
      .sort((one, other) => other.length - one.length),
  };
}

/** Without any of them. */
export function withoutSecrets(text: string, { values }: Pick<BuildSecrets, 'values'>): string {
  return values.reduce((rest, value) => rest.replaceAll(value, '…'), text);
}

function netrcEntries(text: string): { machine: string; login: string; password: string }[] {
  const words = text.replace(/^\s*#.*$/gm, '').match(/\S+/g) ?? [];
  const found: { machine: string; login: string; password: string }[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const [word = '', value = ''] = words.slice(at, at + 2);
    if (word === 'machine') found.push({ machine: value, login: '', password: '' });
    const last = found.at(-1);
    if (last && word === 'login') last.login = value;
    if (last && word === 'password') last.password = value;
    if (/^(machine|login|password|account)$/.test(word)) at += 1;
  }
  return found.filter(({ password }) => password !== '');
}

function gitHeaders(headers: { machine: string; value: string }[]): Record<string, string> {
  const config = headers.flatMap(({ machine, value }, at) => [
    [`GIT_CONFIG_KEY_${at}`, `http.https://${machine}/.extraHeader`],
    [`GIT_CONFIG_VALUE_${at}`, `Authorization: Basic ${value}`],
  ]);
  return headers.length === 0
    ? {}
    : { ...Object.fromEntries(config), GIT_CONFIG_COUNT: String(headers.length) };
}

function proxyPasswords(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    /^(HTTPS?|ALL)_PROXY$/i.test(name) && URL.canParse(value)
      ? [decodeURIComponent(new URL(value).password)]
      : [],
  );
}
