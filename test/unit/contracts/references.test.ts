import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleDigest } from '../../../src/contracts/bundle/bundle-digest.js';
import { BundleRef } from '../../../src/contracts/bundle/bundle-ref.js';
import { Entrypoint } from '../../../src/contracts/task/entrypoint.js';
import { Traceparent } from '../../../src/contracts/telemetry/traceparent.js';
import { SafeName } from '../../../src/contracts/validation/safe-name.js';

const hex = 'a'.repeat(64);

for (const entrypoint of [
  'models.sir/baseline',
  'pkg.module.Class/high-growth.v2',
  '_internal.package_123.MyClass_ABC/test_scenario_1',
  `pkg.M/a${'b'.repeat(62)}c`,
  'pkg.M/x',
  'pkg.Modèle/x',
  'pkg.m模型:物体',
  'targets.prevalence:prevalence_target',
  'wire.main:1',
  'a..b.c/x',
]) {
  test(`the entrypoint ${entrypoint.slice(0, 40)} is accepted`, () => {
    assert.equal(Entrypoint.parse(entrypoint), entrypoint);
  });
}

for (const [entrypoint, reason] of [
  ['', /must be "package/],
  ['pkg.Model', /must be "package/],
  ['a.b/c:d', /not both/],
  ['sir/baseline', /import path "sir": it must be a dotted/],
  ['wire:f', /import path "wire"/],
  ['é.b/base', /import path/],
  ['b.é/base', /import path/],
  ['pkg.1b/base', /import path/],
  ['pkg.a-b/base', /import path/],
  ['a/b.c/base', /import path/],
  ['a.b:c:d', /import path/],
  ['pkg.Model/BASELINE', /scenario "BASELINE": it must be 1 to 64 lower-case/],
  ['pkg.Model/-baseline', /scenario/],
  ['pkg.Model/baseline-', /scenario/],
  ['pkg.Model/base@line', /scenario/],
  ['pkg.Model/base\n', /scenario/],
  [`pkg.Model/${'a'.repeat(65)}`, /scenario/],
  ['pkg.Model/', /scenario ""/],
  ['pkg.Model:', /object ""/],
  ['pkg.Model:_', /object "_"/],
  ['pkg.Model:a-b', /object "a-b"/],
] as const) {
  test(`the entrypoint ${JSON.stringify(entrypoint).slice(0, 40)} is refused, saying why`, () => {
    assert.match(Entrypoint.safeParse(entrypoint).error?.issues[0]?.message ?? '', reason);
  });
}

for (const reference of [
  `sha256:${hex}`,
  `sir@sha256:${hex}`,
  `models/sir_v2.1@sha256:${hex}`,
  `reg.local:5000/mymodel@sha256:${hex}`,
  `localhost:5000/a/b/c@sha256:${hex}`,
  `Registry.azurecr.io/team-a/sir@sha256:${hex}`,
  `[::1]:5000/sir@sha256:${hex}`,
]) {
  test(`the bundle ${reference.slice(0, 40)} is accepted`, () => {
    assert.equal(BundleRef.parse(reference), reference);
    assert.equal(bundleDigest(reference), `sha256:${hex}`);
  });
}

for (const [reference, reason] of [
  ['', /must be "sha256:<64 hex digits>"/],
  ['local://dev', /folder means something else on each machine; submit it with mops-cold/],
  ['file:///srv/bundle', /submit it with mops-cold/],
  [`oci://reg.io/sir@sha256:${hex}`, /remove "oci:\/\/"/],
  ['https://example.org/x', /remove "https:\/\/"/],
  ['reg.io:5000/sir:latest', /a tag can move/],
  ['sir:v1', /a tag can move/],
  [`reg.io:5000/sir:v1@sha256:${hex}`, new RegExp(`remove the tag.*"reg.io:5000/sir@sha256:${hex}"`)],
  ['./bundle', /a path cannot be sent/],
  ['/srv/bundle', /a path cannot be sent/],
  ['C:\\bundle', /a path cannot be sent/],
  [`sha256:${hex.slice(1)}`, /must be/],
  [`sha256:${'g'.repeat(64)}`, /must be/],
  [`sha256:${hex.toUpperCase()}`, /lower case/],
  [`sha512:${hex}`, /must be|tag/],
  [`@sha256:${hex}`, /not the name of a repository/],
  [`../sir@sha256:${hex}`, /not the name of a repository/],
  [`a@b@sha256:${hex}`, /not the name of a repository/],
  [`a|b@sha256:${hex}`, /not the name of a repository/],
  [`sir@sha256:${hex}\n`, /must be/],
] as const) {
  test(`the bundle ${JSON.stringify(reference).slice(0, 40)} is refused with what to do`, () => {
    assert.match(BundleRef.safeParse(reference).error?.issues[0]?.message ?? '', reason);
  });
}

test('checking a reference takes time in proportion to its length, whatever it holds', () => {
  const start = performance.now();
  for (const text of [
    `a${'.a'.repeat(50_000)}!/x`,
    `${'a-'.repeat(50_000)}@sha256:${hex}`,
    `${'a/'.repeat(50_000)}!@sha256:${hex}`,
  ]) {
    Entrypoint.safeParse(text);
    BundleRef.safeParse(text);
  }
  assert.ok(performance.now() - start < 2000);
});

test('names of jobs and runs are safe in a blob path', () => {
  for (const name of ['job-1a2b3c4d', 'A', 'a.b_c-d', 'x'.repeat(100)])
    assert.equal(SafeName.parse(name), name);
  for (const name of ['', '.', '..', 'a.', '-a', '_a', 'a/b', 'a b', 'é', 'x'.repeat(101), 'a\n']) {
    assert.equal(SafeName.safeParse(name).success, false, JSON.stringify(name));
  }
});

test('a traceparent is one of W3C Trace Context', () => {
  const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  Traceparent.parse(`00-${trace}-${span}-01`);
  for (const bad of [
    `ff-${trace}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace}-${span}`,
  ]) {
    assert.equal(Traceparent.safeParse(bad).success, false, bad);
  }
});
