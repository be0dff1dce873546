import type { Fact, ReportData } from '../report-data.js';
import { element } from './element.js';
import { figure } from './figure.js';
import { progressChart } from './progress-chart.js';
import { spreadChart } from './spread-chart.js';
import { studySection } from './study-section.js';
import { tableOf } from './table.js';
import { timeLineChart } from './time-line-chart.js';
import { countWords, numberWords, secondsWords, shareWords, timeWords } from './words.js';

// The page of a report: reads its data block, and makes elements of it.
const data: ReportData = JSON.parse(document.getElementById('report-data')?.textContent ?? '');
document.title = `${data.job.id} · report`;
const sections = [
  ...[section('over-time', 'Over time', overTime())],
  ...(data.failures.failed > 0 ? [section('failures', 'Failures', failures())] : []),
  ...(data.spreads.length > 0
    ? [
        section('spreads', 'Time and memory', [
          element('div', { class: 'figures' }, ...data.spreads.map((spread) => figure(spreadChart(spread)))),
        ]),
      ]
    : []),
  section('outputs', 'Outputs over parameters', studySection(data.outputs, 'tasks')),
  ...(data.losses.rows > 0
    ? [section('losses', 'Loss over parameters', studySection(data.losses, 'losses'))]
    : []),
  section('isolation', 'Proof of isolation', isolation()),
  section('reproduction', 'Reproduce it', reproduction()),
];
document.body.append(
  element('a', { class: 'skip', href: '#over-time' }, 'Skip to the charts'),
  header(),
  element(
    'nav',
    { 'aria-label': 'Parts of the report' },
    ...sections.map(({ id, heading }) => element('a', { href: `#${id}` }, heading)),
  ),
  element('main', {}, ...sections.map(({ node }) => node)),
  element(
    'footer',
    {},
    `Made ${timeWords(Date.parse(data.madeAt))} by mops-cold ${data.tool}. This file needs no network, and sends nothing.`,
  ),
);

function section(id: string, heading: string, children: Node[]) {
  return {
    id,
    heading,
    node: element(
      'section',
      { id, 'aria-labelledby': `${id}-heading` },
      element('h2', { id: `${id}-heading` }, heading),
      ...children,
    ),
  };
}

function header(): HTMLElement {
  const { id, run, submittedAt, submittedBy, source } = data.job;
  const count = (outcome: string) => data.outcomes.find((one) => one.outcome === outcome)?.tasks ?? 0;
  const [succeeded, pending] = [count('succeeded'), count('pending')];
  const cached = data.outcomes.reduce((sum, one) => sum + one.cached, 0);
  const failed = data.tasks - succeeded - pending;
  const tiles: [string, string, string][] = [
    ['tasks', numberWords(data.tasks), cached > 0 ? `${numberWords(cached)} found made` : ''],
    ['succeeded', numberWords(succeeded), shareWords(succeeded, data.tasks)],
    ['failed', numberWords(failed), failed > 0 ? shareWords(failed, data.tasks) : ''],
    ...(pending > 0
      ? [['not ended', numberWords(pending), 'as of this report'] as [string, string, string]]
      : []),
    [
      'processes',
      numberWords(data.isolation.processes),
      data.isolation.isProven ? 'each fresh, each for one task' : 'see the proof',
    ],
    ...(data.timeLine
      ? [
          ['from first to last', secondsWords((data.timeLine.to - data.timeLine.from) / 1000), ''] as [
            string,
            string,
            string,
          ],
        ]
      : []),
  ];
  const about = [
    ...(submittedAt
      ? [`submitted ${timeWords(Date.parse(submittedAt))}${submittedBy ? ` by ${submittedBy}` : ''}`]
      : []),
    ...(source ? [`from ${source}`] : []),
    ...(run ? [`run ${run}`] : []),
  ];
  return element(
    'header',
    {},
    element('h1', {}, `Job ${id}`),
    element('p', { class: 'about' }, about.join(' · ')),
    element(
      'dl',
      { class: 'tiles' },
      ...tiles.map(([name, value, more]) =>
        element(
          'div',
          {},
          element('dt', {}, name),
          element('dd', {}, element('b', {}, value), element('span', {}, more)),
        ),
      ),
    ),
  );
}

function overTime(): Node[] {
  const { progress, timeLine, tasks } = data;
  return [
    progress ? figure(progressChart(progress, tasks)) : element('p', {}, 'No task has ended yet.'),
    ...(timeLine ? [figure(timeLineChart(timeLine))] : []),
    tableOf(
      {
        columns: ['outcome', 'tasks', 'share', 'found made'],
        rows: data.outcomes.map((one) => [one.outcome, one.tasks, shareWords(one.tasks, tasks), one.cached]),
      },
      'How tasks ended',
    ),
  ];
}

function failures(): Node[] {
  const { failed, read, groups, groupsLeftOut } = data.failures;
  const sampled = read < failed ? ` What follows is of ${numberWords(read)} of them, spread over all.` : '';
  return [
    element(
      'p',
      {},
      `${countWords(failed, 'task')} failed, in ${countWords(groups.length + groupsLeftOut, 'way')}.${sampled}`,
    ),
    ...groups.map(({ outcome, errorType, place, reason, otherReasons, tasks, common, command }) =>
      element(
        'article',
        { class: 'failure' },
        element(
          'h3',
          {},
          `${numberWords(tasks)} × ${errorType === outcome ? outcome : `${outcome}: ${errorType}`}`,
        ),
        place === '' ? undefined : element('p', {}, 'at ', element('code', {}, place)),
        element(
          'p',
          {},
          reason || 'No reason is known.',
          otherReasons > 0 ? ` (and ${countWords(otherReasons, 'other wording')})` : '',
        ),
        common.length === 0
          ? element('p', { class: 'note' }, 'They have no parameter in common that not all tasks have.')
          : element(
              'p',
              {},
              tasks > 1 ? 'All have ' : 'It has ',
              ...common.flatMap(({ name, value }) => [element('code', {}, `${name}=${value}`), ' ']),
            ),
        element('p', {}, tasks > 1 ? 'One of them: ' : 'Its log: ', element('code', {}, command)),
      ),
    ),
    ...(groupsLeftOut > 0
      ? [
          element(
            'p',
            { class: 'note' },
            `${countWords(groupsLeftOut, 'other way')}: mops-cold errors ${data.job.id}`,
          ),
        ]
      : []),
  ];
}

function isolation(): Node[] {
  const of = data.isolation;
  const verdict = of.isProven
    ? `Every one of the ${numberWords(of.attested)} tasks whose process is known ran in a process that was started for it and ran nothing else.`
    : of.violations > 0
      ? `Isolation is not proven: ${countWords(of.violations, 'violation')}.`
      : `Nothing speaks against isolation so far, but ${of.unfinished === null ? 'nobody knows how many tasks are still to come' : of.unfinished > 0 ? `${countWords(of.unfinished, 'task')} ${of.unfinished === 1 ? 'has' : 'have'} not ended` : 'no process is known'}.`;
  const facts: [string, number | null][] = [
    ['tasks with an outcome', of.tasks],
    ['tasks whose process is known, told by itself and seen by its parent', of.attested],
    ['different processes', of.processes],
    ['processes that ran two tasks, were not fresh, or are not who they said', of.violations],
    ['results that an earlier run had made', of.cached],
    ['failed before there was a process', of.failedWithoutProcess],
    ['aggregations, in processes of their own', of.aggregations],
    ['further outcomes of tasks that ended several times', of.repeated],
    ['tasks that have not ended', of.unfinished],
  ];
  return [
    element(
      'p',
      { class: of.isProven ? 'verdict proven' : 'verdict' },
      `${of.isProven ? '✓ ' : of.violations > 0 ? '✗ ' : ''}${verdict}`,
    ),
    tableOf({ columns: ['what was checked', 'number'], rows: facts }, 'Isolation in numbers'),
    ...(of.messages.length > 0
      ? [element('ul', {}, ...of.messages.map((message) => element('li', {}, message)))]
      : []),
  ];
}

function reproduction(): Node[] {
  const { facts, commands } = data.reproduction;
  return [
    element(
      'dl',
      { class: 'facts' },
      ...facts.flatMap(({ name, value }: Fact) => [
        element('dt', {}, name),
        element('dd', {}, element('code', {}, value)),
      ]),
    ),
    element(
      'ul',
      { class: 'commands' },
      ...commands.map(({ command, why }) => element('li', {}, element('code', {}, command), ` ${why}`)),
    ),
  ];
}
