/** How to reach an index, where caches are. None of the app's keys and tokens. */
const forDownloads =
  /^(PATH|HOME|TMPDIR|LANG|LC_[A-Z]+|TZ|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NETRC|XDG_(CACHE|CONFIG)_HOME|UV_(CACHE_DIR|HTTP_[A-Z]+|CONCURRENT_[A-Z]+)|PIP_(CACHE_DIR|CERT|DEFAULT_TIMEOUT|RETRIES))$/i;

/** What a compiler needs. */
const forCode =
  /^(PATH|LANG|LC_[A-Z]+|TZ|CC|CXX|FC|AR|CPPFLAGS|CFLAGS|CXXFLAGS|FFLAGS|LDFLAGS|MAKEFLAGS|CMAKE_(GENERATOR|PREFIX_PATH|BUILD_PARALLEL_LEVEL)|PKG_CONFIG_PATH|MACOSX_DEPLOYMENT_TARGET)$/;

/** What code of strangers needs besides, when it is let to an index: no certificate is a secret, and a proxy may have a password. */
const forOpenIndexes =
  /^((HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|UV_HTTP_[A-Z]+|PIP_(CERT|DEFAULT_TIMEOUT|RETRIES))$/i;

const always = {
  NO_COLOR: '1',
  UV_NO_PROGRESS: '1',
  UV_PYTHON_DOWNLOADS: 'never',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_NO_INPUT: '1',
  GIT_TERMINAL_PROMPT: '0',
};

/** The earliest time that a wheel, which is a zip file, can hold: what is built has the same bytes whenever it is built. */
const sourceDate = String(Date.UTC(1980, 0, 1) / 1000);

/** The environment of what fetches and installs, and runs nothing of what it fetches. */
export function downloadVariables(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return { ...keep(env, (name) => forDownloads.test(name)), ...always };
}

/**
 * The environment of what runs code of strangers: build backends, a bundle's build command. Without HOME, in which a .netrc and
 * tokens of other programs may lie.
 *
 * @param home a folder of its own
 * @param reachesIndexes whether it may ask those that want no password
 */
export function codeVariables(
  home: string,
  { reachesIndexes = false } = {},
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  return {
    ...keep(
      env,
      (name, value) =>
        forCode.test(name) || (reachesIndexes && forOpenIndexes.test(name) && !/\/\/[^/\s]*@/.test(value)),
    ),
    ...always,
    SOURCE_DATE_EPOCH: sourceDate,
    HOME: home,
    TMPDIR: home,
    XDG_CACHE_HOME: `${home}/.cache`,
    XDG_CONFIG_HOME: `${home}/.config`,
  };
}

function keep(
  env: NodeJS.ProcessEnv,
  wanted: (name: string, value: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && wanted(name, value) ? [[name, value]] : [],
    ),
  );
}
