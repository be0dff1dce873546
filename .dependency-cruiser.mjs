// Who may import whom; `npm run lint` checks it. A room is functions/ or a folder of src/. It may import itself and the rooms
// behind its name, and these all stand below it in the table: no import leads upwards.
const rooms = {
  // What is called from outside: by the Functions host, and by people.
  functions: 'worker diagnosis simulation',
  cli: 'client deployment demonstration diagnosis local-app benchmark prebuild preflight doctor reproduction local-run comparison results connections bundles jobs telemetry local-host simulation config reporting contracts files package',

  // What a person or a program can ask for, without a terminal.
  deployment: 'preflight results connections jobs config azure-backend reporting contracts files package',
  demonstration:
    'diagnosis local-app results connections bundles environments jobs local-host simulation config azure-backend contracts package',
  benchmark: 'local-run environments runner simulation config reporting contracts files package',
  prebuild:
    'local-run connections environments runner jobs simulation config azure-backend reporting contracts package',
  preflight:
    'local-run connections environments runner jobs simulation config azure-backend reporting contracts files package',
  doctor: 'connections environments runner simulation config reporting contracts',
  diagnosis:
    'reproduction local-run comparison formats runner jobs simulation config azure-backend reporting contracts files package',
  reproduction: 'local-run comparison jobs simulation config azure-backend reporting contracts package',
  'local-run': 'results environments runner simulation config contracts files',
  'local-app': 'environments local-host contracts',
  comparison: 'results formats provenance jobs azure-backend reporting contracts',
  // src/client/python stands for itself: it knows the wire, not our sources.
  client: 'results formats connections provenance jobs azure-backend reporting contracts package',
  results: 'formats provenance jobs azure-backend reporting contracts files package',
  formats: 'reporting contracts files',

  // What is put together from settings: one worker of the app, and what its clients connect to.
  worker:
    'bundles environments runner provenance jobs recycling telemetry simulation config azure-backend contracts package',
  connections: 'bundles jobs simulation config azure-backend reporting contracts files',

  // Adapters: they know the ports and the contracts, not each other.
  bundles: 'simulation azure-backend reporting contracts files',
  environments: 'simulation contracts files package',
  runner: 'simulation contracts files package',
  provenance: 'simulation azure-backend contracts',
  jobs: 'simulation azure-backend reporting contracts',
  telemetry: 'simulation azure-backend contracts',
  recycling: '',

  // The use case of one delivery, with its ports; the settings; the host for machines without one, which runs any app.
  simulation: 'contracts',
  config: 'azure-backend host-settings contracts package',
  'local-host': 'host-settings package',

  // What everything stands on.
  'azure-backend': '',
  reporting: 'contracts files',
  'host-settings': 'files',
  contracts: '',
  files: '',
  package: '',
};

/** Groups of src/contracts: each may import those behind it. */
const contracts = 'schemas job result message task telemetry identities bundle environment json validation';

/** Which rooms may import a package. */
const packages = {
  '@azure/functions': 'functions',
  '@azure/core-rest-pipeline': 'azure-backend',
  '@azure/identity': 'azure-backend',
  '@azure/storage-blob':
    'azure-backend bundles jobs provenance results connections worker deployment doctor reporting',
  '@azure/storage-queue': 'azure-backend jobs recycling worker local-host',
  '(@opentelemetry|@azure/monitor-opentelemetry-exporter)': 'telemetry',
  commander: 'cli',
  echarts: 'results',
  '(execa|child_process)':
    'runner environments bundles worker local-host benchmark demonstration deployment doctor package',
};

const folderOf = (room) => (room === 'functions' ? '^functions/' : `^src/${room}/`);
const foldersOf = (names) => names.split(' ').filter(Boolean).map(folderOf);
const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const order = Object.keys(rooms);
for (const [room, imports] of Object.entries(rooms))
  for (const name of imports.split(' ').filter(Boolean))
    if (order.indexOf(name) <= order.indexOf(room))
      throw new Error(`${room} may not import ${name}: it must stand below it in .dependency-cruiser.mjs.`);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(rooms).map(([room, imports]) =>
      error(
        `rooms: ${room}`,
        `${room} may import: ${imports || 'nothing of ours'}. See .dependency-cruiser.mjs.`,
        { path: folderOf(room) },
        { path: '^(src|functions|test)/', pathNot: [folderOf(room), ...foldersOf(imports)] },
      ),
    ),
    error(
      'rooms: all',
      'Every file of src/ lies in a room that is in the table.',
      {},
      {
        path: '^src/',
        pathNot: order.map(folderOf),
      },
    ),
    ...contracts
      .split(' ')
      .map((group, at, groups) =>
        error(
          `contracts: ${group}`,
          `src/contracts/${group} may import: ${groups.slice(at + 1).join(' ') || 'no other group'}.`,
          { path: `^src/contracts/${group}/` },
          { path: `^src/contracts/(?!(${groups.slice(at).join('|')})/)` },
        ),
      ),
    ...Object.entries(packages).map(([name, users]) =>
      error(
        `packages: ${name}`,
        `Only these import it: ${users}.`,
        { path: '^(src|functions)/', pathNot: foldersOf(users) },
        { path: `(^|node_modules/)${name}(/|$)` },
      ),
    ),
    error(
      'no circle',
      'Types count, too: a type that two files need lies in a third.',
      {},
      { circular: true },
    ),
    error(
      'no orphan',
      'Nothing imports it, and it imports nothing.',
      { orphan: true, pathNot: ['^test/fixtures/', '\\.d\\.ts$'] },
      {},
    ),
    error('no unknown', 'It cannot be found.', {}, { couldNotResolve: true }),
    error(
      'no tool',
      'What the app imports belongs to its dependencies.',
      // What is put into a report's page when it is built, nobody has to install.
      { path: '^(src|functions)/', pathNot: '^src/package/bundle.mjs$|^src/results/report/page/' },
      {
        dependencyTypes: ['npm-dev', 'npm-no-pkg'],
      },
    ),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
