import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createAppRegistry } from '../../../src/local-host/app/app-registry.js';
import { createCoreApi } from '../../../src/local-host/app/core-api.js';
import { runInvocation } from '../../../src/local-host/app/run-invocation.js';
import { supplyCoreModule } from '../../../src/local-host/app/supply-core-module.js';
import { type HttpRoute, readHttpRoute } from '../../../src/local-host/http/http-route.js';
import { newInvocationRequest } from '../../../src/local-host/new-invocation-request.js';
import type { HttpData } from '../../../src/local-host/rpc.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { nastyTexts } from '../../fixtures/inputs/nasty-texts.js';

/** Functions that answer whoever asks, without a key: infra/security.md tells of each. */
const open = ['health'];

/** A worker that cannot be configured registers its HTTP functions all the same, and their handlers need nothing else. */
const registry = createAppRegistry();
supplyCoreModule(createCoreApi(registry, () => undefined, '4.1048.200'));
for (const name of Object.keys(process.env)) if (/^(AZURE|MODELOPS)/.test(name)) delete process.env[name];
process.env.MODELOPS_EXECUTOR_TYPE = 'none';
console.error = () => undefined;
await import('../../../functions/register.js');
const functions = [...registry.functions.values()].flatMap(({ metadata }) => {
  const route = readHttpRoute(metadata, 'api');
  return route === undefined ? [] : [{ route }];
});

test('every HTTP function that the app has is looked at here', async () => {
  const folder = join(packageRoot, 'functions');
  const sources = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  const written = sources.join('').match(/\bapp\.(?:http|get|post|put|patch|deleteRequest)\(/g) ?? [];
  assert.ok(functions.length > 0);
  assert.equal(functions.length, written.length);
});

for (const { route } of functions) {
  const { functionName: name, authLevel, methods, path } = route;
  test(`${name} wants a key unless it is documented to be open, changes nothing, and has a fixed address`, async () => {
    assert.equal(authLevel, open.includes(name) ? 'anonymous' : 'function');
    assert.deepEqual(methods, ['GET']);
    assert.doesNotMatch(path, /[{}*]/);
    const page = await readFile(join(packageRoot, 'infra', 'security.md'), 'utf8');
    assert.ok(page.includes(`\`${path}\``), `infra/security.md does not say who may ask ${path}`);
  });
}

for (const { route } of functions) {
  test(`${route.functionName} repeats nothing of a request, and answers with data that is no page`, async () => {
    const plain = await answer(route, '', '');
    for (const text of nastyTexts) {
      const { status, headers, body } = await answer(route, `mark-${text}`, 'http://mark');
      assert.equal(body, plain.body);
      assert.ok(['200', '503'].includes(status));
      assert.ok(!JSON.stringify([headers, body]).includes('mark'));
      assert.match(headers['content-type'] ?? '', /^application\/json\b/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
  });
}

/** What the host gets from the app for a request with these words wherever a request can have some. */
async function answer(route: HttpRoute, words: string, referer: string) {
  const value = { value: words };
  const http: HttpData = {
    method: 'GET',
    url: `http://127.0.0.1${route.path}?${new URLSearchParams({ code: words, path: words })}`,
    nullableHeaders: {
      'x-mark': { value: encodeURIComponent(Buffer.from(words).toString()) },
      referer: { value: referer },
    },
    nullableQuery: { code: value, path: value, status: value },
    nullableParams: { name: value },
    body: { string: words },
  };
  const request = newInvocationRequest(route.functionId, { name: route.bindingName, data: { http } });
  const result = await runInvocation(registry, request, () => undefined);
  assert.ok(result.succeeded);
  const given =
    route.outputName === '$return'
      ? result.returnValue?.http
      : result.outputData.find(({ name }) => name === route.outputName)?.data?.http;
  const { statusCode, headers, body } = given ?? {};
  const text = Buffer.from(body?.bytes ?? body?.string ?? '').toString();
  return { status: statusCode ?? '', headers: headers ?? {}, body: text };
}
