import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { execa } from 'execa';
import { createFolderStore } from '../../src/bundles/folder-store/create-folder-store.js';
import { layoutPaths } from '../../src/bundles/format/layout-paths.js';
import { packBundle } from '../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../src/bundles/push-bundle.js';
import { type Azurite, startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { findUv } from '../fixtures/environments/find-uv.js';
import { startPackageIndex } from '../fixtures/environments/package-index.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { startIngestion, withoutIngestion } from '../fixtures/telemetry/start-ingestion.js';
import { type OtlpReceiver, startOtlpReceiver } from '../fixtures/telemetry/start-otlp-receiver.js';
import { eventually, type RunningApp, startApp, taskMessage } from './running-app.js';

/** A word in every secret that an app or a command can have; the key of the storage account and those of the host are words of their own. */
const planted = {
  registryPassword: 'canary-registry-password',
  indexPassword: 'canary-index-password',
  netrcPassword: 'canary-netrc-password',
  settingPassword: 'canary-netrc-in-a-setting',
  token: 'canary-github-token',
  proxyPassword: 'canary-proxy-password',
  instrumentation: '0ca7a000-0000-4000-8000-000000000001',
  application: 'canary-application-insights',
  collector: 'canary-collector-header',
  identity: 'canary-identity-header',
  client: 'canary-client-secret',
  other: 'canary-of-another-product',
  unreachable: Buffer.from('canary of another account').toString('base64'),
};
/** An environment is made, too. */
const patienceMs = 240_000;
const make = temporaryFolders();
const servers: Server[] = [];
const uvFolders: string[] = [];
let azurite: Azurite;
let app: RunningApp;
let receiver: OtlpReceiver;
/** Where Application Insights takes what the app sends; none where there is no openssl. */
let insights: Awaited<ReturnType<typeof startIngestion>> | undefined;
let closeIndex: () => Promise<void>;
/** The address of an index that fails and repeats what it is told, and how often it was told a secret. */
let scold: string;
const asked = { scold: 0 };
let folder: string;
/** What everything has said, by who said it. */
const said = new Map<string, string>();

/** A simulation that tells all that it can see of itself, in every way that it has; it does not look into other processes: see infra/security.md. */
const tells = `import glob, json, os, sys
def read(path):
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20).decode("latin-1")
    except OSError as error:
        return str(error)
def wire(entrypoint, params, seed):
    home = os.environ["HOME"]
    seen = {path: read(path) for path in glob.glob("/proc/self/*") if os.path.isfile(path) and path.rsplit("/")[-1] in ("environ", "cmdline", "mountinfo", "maps")}
    seen.update({path: read(path) for path in glob.glob(os.path.dirname(home) + "/**", recursive=True) if os.path.isfile(path)})
    text = json.dumps([dict(os.environ), sys.argv, seen])
    print(text)
    print(text, file=sys.stderr)
    if params.get("fails"):
        raise ValueError(text[:20000])
    return {"seen": text}
`;

before(async () => {
  [azurite, receiver, folder] = await Promise.all([startAzurite(), startOtlpReceiver(), make()]);
  insights = withoutIngestion ? undefined : await startIngestion();
  const index = await startPackageIndex(await make(), [{ name: 'mopsdep', version: '1.0' }]);
  closeIndex = index.close;
  index.login = 'user:another password';
  // Tells whoever asks what it was asked with, and refuses most.
  const registry = await serve(({ headers, url = '' }) => {
    const echo = JSON.stringify({
      errors: [{ code: 'DENIED', message: `You said ${headers.authorization}` }],
    });
    if (url.includes('/broken/')) return [500, echo];
    const wanted = `Basic ${Buffer.from(`user:${planted.registryPassword}`).toString('base64')}`;
    if (url.includes('/denied/') || headers.authorization !== wanted)
      return [401, echo, { 'www-authenticate': `Basic realm="canary"` }];
    const digest = /sha256:[0-9a-f]{64}$/.exec(url)?.[0];
    return digest === undefined
      ? [404, echo]
      : readFile(join(folder, 'bundles', layoutPaths.blob(digest))).then(
          (content) => [200, content],
          () => [404, echo],
        );
  });
  // Tells by its body, its reason and its headers what it was asked with.
  scold = await serve(({ headers }) => {
    const told = Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    asked.scold += told.includes(planted.indexPassword) ? 1 : 0;
    return [500, `You said ${told}`, { 'x-said': told }, `You said ${told}`];
  });
  app = await startApp(azurite, {
    TMPDIR: await make(),
    MODELOPS_BUNDLE_SOURCE: 'oci',
    MODELOPS_BUNDLE_REGISTRY: `${registry}/models`,
    MODELOPS_BUNDLE_INSECURE: 'true',
    MODELOPS_BUNDLES_DIR: undefined,
    REGISTRY_USERNAME: 'user',
    REGISTRY_PASSWORD: planted.registryPassword,
    MODELOPS_INDEX_URL: index.url,
    MODELOPS_BUILD_SECRET_INDEX: index.url.replace('//', `//user:${planted.indexPassword}@`),
    MODELOPS_BUILD_SECRET_OTHER: `machine other.example login user password ${planted.settingPassword}`,
    NETRC: join(
      await make({ netrc: `machine git.example login user password ${planted.netrcPassword}\n` }),
      'netrc',
    ),
    GITHUB_TOKEN: planted.token,
    HTTPS_PROXY: `http://user:${planted.proxyPassword}@127.0.0.1:9`,
    APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${planted.instrumentation};IngestionEndpoint=${insights?.endpoint ?? 'https://127.0.0.1:9/'};ApplicationId=${planted.application}`,
    NODE_EXTRA_CA_CERTS: insights?.certificate,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${planted.collector}`,
    NO_PROXY: '127.0.0.1',
    IDENTITY_ENDPOINT: 'http://127.0.0.1:9/identity',
    IDENTITY_HEADER: planted.identity,
    AZURE_CLIENT_SECRET: planted.client,
    SOMETHING_TOKEN: planted.other,
    UV_HTTP_RETRIES: '0',
    PIP_RETRIES: '0',
  });
});
after(async () => {
  await Promise.all([app.stop(), closeIndex(), receiver.stop()]);
  await insights?.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await azurite.stop();
  await Promise.all(uvFolders.map((uv) => rm(uv, { recursive: true })));
});

test('no secret of the app is in anything that it or a command writes, whatever fails', async (t) => {
  const { ref: good } = await push({ 'wire.py': tells });
  const { ref: unbuilt } = await push({
    'wire.py': tells,
    'pyproject.toml': '[project]\nname = "needs"\nversion = "1"\ndependencies = ["mopsdep==1.0"]\n',
  });
  const tasks = {
    succeeds: taskMessage(good),
    raises: taskMessage(good, { params: { values: { fails: true } } }),
    'has packages that the index refuses': taskMessage(unbuilt),
    'has a bundle that the registry refuses': taskMessage(`models/denied/x@sha256:${'1'.repeat(64)}`),
  };
  for (const task of Object.values(tasks))
    await app.queue.sendMessage(JSON.stringify({ ...task, job_id: 'job', run: 'run' }));
  await app.queue.sendMessage('{"no": "task"}');
  const given = { ...taskMessage(`models/broken/x@sha256:${'2'.repeat(64)}`), job_id: 'job', run: 'run' };
  // A failure that may pass: its task would come back for minutes, and is looked at in the log of the host.
  // Each asks for a version of its own: what was refused a moment ago is remembered.
  const scolded = (version: number) => ({
    'wire.py': tells,
    'requirements.txt': `--index-url http://${scold}/simple/\nmopsscolded==${version}\n`,
  });
  const { ref: scoldedRef } = await push(scolded(1));
  await app.queue.sendMessage(JSON.stringify({ ...taskMessage(scoldedRef), job_id: 'scolded', run: 'run' }));
  await app.poison.createIfNotExists();
  await app.poison.sendMessage(JSON.stringify(given));

  const { AZURE_STORAGE_CONNECTION_STRING: reachable = '' } = app.env;
  const elsewhere = reachable
    .replace(/AccountKey=[^;]+/, `AccountKey=${planted.unreachable}`)
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:9');
  const broken = { AZURE_STORAGE_CONNECTION_STRING: elsewhere };
  const malformed = { AZURE_STORAGE_CONNECTION_STRING: `AccountName=x;AccountKey=${planted.unreachable}` };
  const wrong = { MODELOPS_INDEX_URL: `http://user:${planted.indexPassword}@index.example/simple` };
  const uv = await findUv();
  if (uv.fetchedTo) uvFolders.push(uv.fetchedTo);
  const installers = [{}, ...('path' in uv ? [{ MODELOPS_UV: uv.path }] : [])];
  // While the tasks run: none of these needs them.
  const early = Promise.all([
    cli({}, 'doctor'),
    cli({}, 'bundle', 'show', `models/denied/x@sha256:${'1'.repeat(64)}`),
    cli(broken, 'status', 'job'),
    cli(malformed, 'status', 'job'),
    cli(wrong, 'doctor'),
    cli({ APPLICATIONINSIGHTS_CONNECTION_STRING: `Key=${planted.instrumentation}` }, 'doctor'),
    cli({ APPLICATIONINSIGHTS_CONNECTION_STRING: `Key=${planted.instrumentation}` }, 'submit', 'none.yaml'),
    ...installers.map(async (settings, at) =>
      cli(settings, 'run', '--bundle', await make(scolded(2 + at)), '--entrypoint', 'models.x/y'),
    ),
    cli({}, 'deploy', 'check', '--name', 'none', '--resource-group', 'none'),
  ]);
  const records = await eventually(
    'all tasks have ended',
    async () => {
      const [found, refused] = await Promise.all([app.outcomes('job'), app.refused()]);
      return found.length === Object.keys(tasks).length + 1 && refused.length >= 2 && found;
    },
    patienceMs,
  );
  assert.deepEqual(records.map(({ outcome }) => outcome).sort(), [
    'bundle-unavailable',
    'environment-failed',
    'given-up',
    'simulation-failed',
    'succeeded',
  ]);
  await early;
  await Promise.all([
    cli({}, 'status', 'job', '--json'),
    cli({}, 'errors', 'job'),
    cli({}, 'refused', '--json'),
    cli({}, 'fetch', 'job', '--out', 'fetched'),
  ]);
  for (const [name, url] of [
    ['health', '/api/health'],
    ['health/details', '/api/health/details'],
  ] as const) {
    const response = await fetch(`${app.host.url}${url}`, {
      headers: { 'x-functions-key': app.host.keys.function },
    });
    said.set(name, (await response.text()) + JSON.stringify([...response.headers]));
  }
  await eventually('the index has been asked in the app', async () =>
    app.lines.join().includes('mopsscolded'),
  );
  // By pip, in the app and in a command: uv ends at the index of the app, which refuses it.
  assert.ok(asked.scold >= 2, String(asked.scold));
  await eventually('telemetry has come', async () => receiver.spans.length > 0);
  await app.host.stop();
  said.set('host', JSON.stringify([app.lines, app.events]));
  said.set('sent to the collector', receiver.everything());
  // Each line names it by its own key and number.
  const itself = [
    `"iKey":"${planted.instrumentation}"`,
    `"microsoft.applicationId":"${planted.application}"`,
  ];
  if (insights)
    said.set(
      'sent to Application Insights',
      itself.reduce((text, own) => text.replaceAll(own, ''), insights.everything()),
    );
  else t.diagnostic(`what Application Insights is sent was not looked at: ${withoutIngestion}`);
  await Promise.all([noteBlobs(), noteQueues(), noteFiles(app.env.HOME ?? ''), noteFiles(folder)]);
  await noteFiles(app.env.TMPDIR ?? '');

  const words = secretWords(reachable);
  // What the test itself would not notice: each place that is looked at holds something.
  const sent = ['sent to the collector', ...(insights ? ['sent to Application Insights'] : [])];
  for (const place of ['host', 'doctor', 'errors job', ...sent, 'blob', 'file'])
    assert.ok(
      [...said].some(([name, text]) => name.startsWith(place) && text.length > 0),
      `nothing was looked at of: ${place}`,
    );
  const found = [...said].flatMap(([place, text]) =>
    Object.entries(words).flatMap(([secret, forms]) =>
      forms
        .filter((form) => text.includes(form))
        .map((form) => `${secret} in ${place}: ${around(text, form)}`),
    ),
  );
  assert.deepEqual(found, []);
});

/** As a secret stands in an address, a header or JSON. */
function secretWords(connectionString: string): Record<string, string[]> {
  const key = /AccountKey=([^;]+)/.exec(connectionString)?.[1] ?? '';
  const secrets = {
    ...planted,
    storageKey: key,
    hostKey: app.host.keys.function,
    masterKey: app.host.keys.master,
  };
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => {
      assert.ok(value.length > 10);
      const header = Buffer.from(`user:${value}`).toString('base64');
      return [name, [...new Set([value, encodeURIComponent(value), header])]];
    }),
  );
}

function around(text: string, form: string): string {
  const at = text.indexOf(form);
  return text.slice(Math.max(0, at - 80), at + form.length + 20);
}

async function push(files: Record<string, string>): Promise<{ ref: string }> {
  const target = createFolderStore(join(folder, 'bundles')).target({});
  const { ref } = await pushBundle(await packBundle(await make(files)), target);
  return { ref: `models@${ref}` };
}

async function cli(settings: NodeJS.ProcessEnv, ...args: string[]): Promise<void> {
  const main = join(packageRoot, 'dist', 'cli', 'main.js');
  const { stdout, stderr } = await execa(process.execPath, [main, ...args], {
    env: { ...app.env, ...settings },
    cwd: folder,
    extendEnv: false,
    reject: false,
  });
  said.set(args.slice(0, 2).join(' '), `${said.get(args.slice(0, 2).join(' ')) ?? ''}${stdout}${stderr}`);
}

type Answer = [status: number, content: string | Buffer, headers?: object, reason?: string];

/** A server of this test. @returns `127.0.0.1:<port>` */
async function serve(
  answer: (request: IncomingMessage, body: string) => Answer | Promise<Answer>,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = unpacked(Buffer.concat(chunks));
    const [status, content, headers = {}, reason = ''] = await answer(request, body);
    response.writeHead(status, reason, { 'content-type': 'application/json', ...headers }).end(content);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Bytes as they can be searched; what was compressed, as it was before. */
function unpacked(content: Buffer): string {
  try {
    if (content[0] === 0x1f && content[1] === 0x8b) return gunzipSync(content).toString('latin1');
  } catch {
    // begins like gzip, and is something else
  }
  return content.toString('latin1');
}

async function noteBlobs(): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  for await (const { name } of service.listContainers())
    await noteContainer(service.getContainerClient(name));
}

async function noteContainer(container: ContainerClient): Promise<void> {
  for await (const { name, metadata, tags } of container.listBlobsFlat({ includeMetadata: true })) {
    const content = await container.getBlobClient(name).downloadToBuffer();
    said.set(
      `blob ${container.containerName}/${name}`,
      JSON.stringify([name, metadata, tags]) + unpacked(content),
    );
  }
}

async function noteQueues(): Promise<void> {
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  for await (const { name } of service.listQueues()) {
    const { peekedMessageItems } = await service.getQueueClient(name).peekMessages({ numberOfMessages: 32 });
    said.set(`queue ${name}`, JSON.stringify(peekedMessageItems));
  }
}

async function noteFiles(root: string): Promise<void> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile()) said.set(`file ${path}`, unpacked(await readFile(path)));
  }
}
