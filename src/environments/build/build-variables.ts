/**
 * What a build may see of the app's own environment: how to reach an index, where caches are, what a compiler needs. None of
 * the app's keys and tokens: what is built may run code of strangers.
 */
const allowed =
  /^(PATH|HOME|TMPDIR|LANG|LC_[A-Z]+|TZ|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NETRC|XDG_(CACHE|CONFIG)_HOME|UV_(CACHE_DIR|HTTP_[A-Z]+|CONCURRENT_[A-Z]+)|PIP_(CACHE_DIR|CERT|DEFAULT_TIMEOUT|RETRIES)|CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS|MACOSX_DEPLOYMENT_TARGET)$/i;

/** The environment of what a build starts. */
export function buildVariables(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    allowed.test(name) && value !== undefined ? [[name, value]] : [],
  );
  return {
    ...Object.fromEntries(kept),
    NO_COLOR: '1',
    UV_NO_PROGRESS: '1',
    UV_PYTHON_DOWNLOADS: 'never',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
  };
}
