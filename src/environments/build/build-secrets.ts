import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A password, and the host that it is for: nobody else is sent it, wherever a bundle says that its packages are. */
interface Login {
  machine: string;
  login: string;
  password: string;
}

/** What opens private indexes and repositories to a build. */
export interface BuildSecrets {
  /** Variables of what downloads. */
  variables: Record<string, string>;
  /** The text of a netrc file, with the one of the machine; undefined where that one alone is to count. */
  netrc?: string;
  /** What must not be read anywhere. */
  values: string[];
}

const prefix = 'MODELOPS_BUILD_SECRET_';
const githubHosts = ['github.com', 'api.github.com', 'codeload.github.com'];
/** A shorter one would be found in words. */
const shortest = 4;

/**
 * The secrets for builds that an app has: `MODELOPS_BUILD_SECRET_<any name>`, each an address with user and password or the text of
 * a netrc file; GITHUB_TOKEN; the file that NETRC names.
 */
export async function buildSecrets(env: NodeJS.ProcessEnv = process.env): Promise<BuildSecrets> {
  const token = env.GITHUB_TOKEN;
  const added = [
    ...Object.entries(env).flatMap(([name, value = '']) =>
      name.startsWith(prefix) ? readSecret(value) : [],
    ),
    ...(token ? githubHosts.map((machine) => ({ machine, login: 'x-access-token', password: token })) : []),
  ];
  const own = await readFile(env.NETRC || join(homedir(), '.netrc'), 'utf8').catch(() => '');
  const logins = [...added, ...netrcLogins(own)];
  const headers = logins.map(({ machine, login, password }) => ({
    machine,
    // curl, by which git fetches, reads no netrc but that of HOME.
    value: Buffer.from(`${login}:${password}`).toString('base64'),
  }));
  const values = [
    ...(token ? [token] : []),
    ...logins.map(({ password }) => password),
    ...headers.map(({ value }) => value),
    ...proxyPasswords(env),
  ];
  return {
    variables: gitHeaders(headers),
    // Those of the app first: of two for one host the first counts.
    ...(added.length > 0 && { netrc: `${[...added.map(netrcLine), own.trim()].join('\n')}\n` }),
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

function readSecret(text: string): Login[] {
  if (!URL.canParse(text)) return netrcLogins(text);
  const { hostname: machine, username, password } = new URL(text);
  return [{ machine, login: decodeURIComponent(username), password: decodeURIComponent(password) }];
}

function netrcLine({ machine, login, password }: Login): string {
  return `machine ${machine} login ${login} password ${password}`;
}

function netrcLogins(text: string): Login[] {
  const words = text.replace(/^\s*#.*$/gm, '').match(/\S+/g) ?? [];
  const found: Login[] = [];
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
  if (headers.length === 0) return {};
  const config = headers.flatMap(({ machine, value }, at) => [
    [`GIT_CONFIG_KEY_${at}`, `http.https://${machine}/.extraHeader`],
    [`GIT_CONFIG_VALUE_${at}`, `Authorization: Basic ${value}`],
  ]);
  return { ...Object.fromEntries(config), GIT_CONFIG_COUNT: String(headers.length) };
}

function proxyPasswords(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    /^(HTTPS?|ALL)_PROXY$/i.test(name) && URL.canParse(value)
      ? [decodeURIComponent(new URL(value).password)]
      : [],
  );
}
