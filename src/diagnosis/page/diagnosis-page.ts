import { createHash } from 'node:crypto';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { counted } from '../../reporting/counted.js';
import { advice } from '../advice.js';
import type { AnswerDifference } from '../answer-difference.js';
import { answerDifferenceLines } from '../answer-difference-lines.js';
import { culpritName } from '../culprit-name.js';
import type { Cell, Culprit, DiagnosedTask, Diagnosis, Leak } from '../diagnosis.js';
import { shownValue } from '../shown-value.js';
import { triggerSentence } from '../trigger-sentence.js';
import { untriedCulprits } from '../untried-culprits.js';
import { escapeHtml } from './escape-html.js';
import { plotFigure } from './plot-figure.js';
import { styles } from './styles.js';

/** Of more, the first ones and all that are wrong are shown. */
const mostRows = 500;

/** Of more, the first ones. */
const mostUnsure = 10;

const words: Record<Cell, string> = {
  same: 'as cold',
  different: 'different',
  raised: 'raised',
  ended: 'the process ended',
  unseen: 'not reached',
  'not-reproducible': 'differs from itself',
};
const verdicts: Record<Diagnosis['verdict'], string> = {
  clean: 'Clean: no task comes out otherwise after others',
  leak: 'It leaks: tasks come out otherwise after others in the same process',
  'not-reproducible': 'Not reproducible: a task differs from itself',
};

/** It loads and runs nothing, whatever the texts of a simulation contain. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(styles).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/**
 * A diagnosis as one HTML file, which needs nothing beside it.
 *
 * @param again the command that repeats the shortest proof
 */
export function diagnosisPage(found: Diagnosis, again?: string): string {
  const { bundle_ref: ref, entrypoint, tasks, verdict, leak, plots, seconds, left_out: leftOut } = found;
  const title = `Diagnosis of ${entrypoint}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${styles}</style></head><body><main>
<h1>${escapeHtml(title)}</h1>
<p class="verdict ${verdict}">${verdicts[verdict]}.</p>
<p>${counted(tasks.length, 'task')} of bundle <code>${escapeHtml(ref)}</code>: each twice in a fresh process, then all in one process, in ${counted(found.orders.length, 'order')}${leftOut.length > 0 ? `; of ${counted(tasks.length, 'task')}, ${leftOut.length} left out, as ${leftOut.length === 1 ? 'it ends its process' : 'they end their processes'} cold, too` : ''}; ${seconds.toFixed(1)} s.</p>
${leak ? leakSection(leak, again) : ''}
${unsureSection(found)}
<h2>Tasks and orders</h2>
${matrix(found)}
${plots.length > 0 ? `<h2>Cold and reused</h2>\n${plots.map(plotFigure).join('\n')}` : ''}
${
  leak
    ? `<h2>Until it is mended</h2><p>In the bundle's metadata (<code>.modelops/manifest.json</code>, or <code>[tool.modelops]</code> in <code>pyproject.toml</code>), this keeps its tasks apart whatever executor an app uses; <code>mops-cold diagnose --write</code> adds it:</p><pre>"requires_fresh_process": true</pre>`
    : ''
}
</main></body></html>
`;
}

function leakSection(
  { shortest, trigger, culprits, unproved, unseen }: Leak,
  again: string | undefined,
): string {
  const { sequence, wrong, times, difference } = shortest;
  const causes = culprits.filter((one) => one.verdict === 'cause');
  const changed = culprits.filter((one) => one.verdict === 'changed');
  const { alone, fixed } = untriedCulprits(culprits);
  const fields = difference.outputs.flatMap(({ output, content }) =>
    (content?.fields ?? []).map(
      ({ field, compared, different, largest, first }) =>
        `<tr><td>${escapeHtml(output)}</td><td>${escapeHtml(field)}</td><td>${different} of ${compared}</td><td>${largest ? Number(largest.absolute.toPrecision(3)) : ''}</td><td>${escapeHtml(first.at)}: ${escapeHtml(first.values.join(' | '))}</td></tr>`,
    ),
  );
  return `<h2>The shortest proof</h2>
<p>In one process, in this order; the last one is wrong, ${wrong} of ${times} times. ${escapeHtml(triggerSentence(trigger))}</p>
<ol>${sequence.map((task) => `<li><code>${escapeHtml(taskWords(task))}</code></li>`).join('')}</ol>
${
  fields.length > 0
    ? table(
        'What comes out otherwise',
        ['output', 'column', 'values that differ', 'by up to', 'first: cold | reused'],
        fields,
      )
    : lines(difference)
}
${again ? `<p>This repeats it:</p><pre>${escapeHtml(again)}</pre>` : ''}
<h2>The culprit</h2>
${unproved ? `<p>${escapeHtml(unproved)}</p>` : ''}
${causes.map(causeSection).join('')}
${changesSection(`Changed, too${causes.length > 0 ? ', and not the cause' : ''}`, changed)}
${changesSection('Changed, and not tried alone', alone)}
${changesSection('Changed, and cannot be put back, so that it was not tried', fixed)}
${unseen.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('')}`;
}

function changesSection(title: string, some: Culprit[]): string {
  if (some.length === 0) return '';
  const isTold = some.some((one) => one.not_restored !== undefined);
  const rows = some.map(
    (one) =>
      `<tr><td>${escapeHtml(culpritName(one))}</td>${bytes(one)}${isTold ? `<td>${escapeHtml(one.not_restored ?? '')}</td>` : ''}</tr>`,
  );
  const columns = ['what', 'before', 'after', ...(isTold ? ['why it cannot be put back'] : [])];
  return `<h3>${title}</h3>${table(title, columns, rows)}`;
}

function causeSection(culprit: Culprit): string {
  const { what, before, after } = advice(culprit);
  const with_ = culprit.together.length > 0 ? `, with ${culprit.together.join(', ')},` : '';
  return `<div class="cause"><h3>${escapeHtml(culpritName(culprit))}</h3>
${table('Its value', ['before', 'after'], [`<tr>${bytes(culprit)}</tr>`])}
<p>First changed by task ${culprit.first_changed_by + 1} of the proof. Put back${escapeHtml(with_)} to what it was, the answer is right again: it is the cause.</p>
<p>${withCode(what)}</p>
<div class="change"><figure><figcaption>instead of</figcaption><pre>${escapeHtml(before)}</pre></figure><figure><figcaption>write</figcaption><pre>${escapeHtml(after)}</pre></figure></div></div>`;
}

/** Of tasks from which no leak can be told: how each differs from itself, and what ends its process cold, too. */
function unsureSection({ tasks, not_reproducible: unsure, left_out: leftOut }: Diagnosis): string {
  const more = unsure.length - mostUnsure;
  return [
    ...(unsure.length > 0
      ? [
          '<h2>Not reproducible</h2>',
          ...unsure
            .slice(0, mostUnsure)
            .map(
              ({ task, alone, ...difference }) =>
                `<p>${alone ? 'Alone in a process that would be reused' : 'Each time in a fresh process'}: <code>${escapeHtml(taskWords(tasks[task]))}</code></p>${lines(difference)}`,
            ),
          ...(more > 0 ? [`<p>${counted(more, 'task')} more are in diagnosis.json.</p>`] : []),
        ]
      : []),
    ...(leftOut.length > 0
      ? [
          '<h2>Left out</h2><p>Cold, too, these end their process, and would end every sequence.</p><ul>',
          ...leftOut
            .slice(0, mostUnsure)
            .map(
              ({ task, why }) =>
                `<li><code>${escapeHtml(taskWords(tasks[task]))}</code>: ${escapeHtml(why)}</li>`,
            ),
          '</ul>',
          ...(leftOut.length > mostUnsure
            ? [`<p>${counted(leftOut.length - mostUnsure, 'task')} more are in diagnosis.json.</p>`]
            : []),
        ]
      : []),
  ].join('\n');
}

function lines(difference: AnswerDifference): string {
  const all = answerDifferenceLines(difference);
  return all.length > 0 ? `<pre>${escapeHtml(all.join('\n'))}</pre>` : '';
}

/** One that is wider than the page is scrolled by itself, by keys too. */
function table(caption: string, columns: string[], rows: string[], kind = ''): string {
  const name = escapeHtml(caption);
  const heads = columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('');
  return `<div class="scrolled ${kind}" role="region" aria-label="${name}" tabindex="0"><table><caption>${name}</caption><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** What stands between backticks in a sentence of ours. */
function withCode(sentence: string): string {
  return escapeHtml(sentence).replaceAll(/`([^`]*)`/g, '<code>$1</code>');
}

function bytes(culprit: Culprit): string {
  return [culprit.before, culprit.after]
    .map((value) => `<td><code>${escapeHtml(shownValue(culprit, value))}</code></td>`)
    .join('');
}

function matrix({ tasks, orders, not_reproducible: unsure, left_out: leftOut }: Diagnosis): string {
  const cells = orders.map(({ sequence, cells: all }) => {
    const byTask = new Map<number, { cell: Cell; position: number }>();
    for (const [position, task] of sequence.entries()) {
      const cell = all[position] ?? 'unseen';
      // Of one that ran several times the first that is wrong counts.
      if ((byTask.get(task)?.cell ?? 'same') === 'same') byTask.set(task, { cell, position });
    }
    return byTask;
  });
  const isWrong = (index: number) =>
    cells.some((of) => !['same', 'unseen', undefined].includes(of.get(index)?.cell));
  const rows = tasks.map((_, index) => index);
  const shown =
    rows.length <= mostRows
      ? rows
      : rows.filter((index) => index < mostRows / 2 || isWrong(index)).slice(0, mostRows);
  const [unsureOnes, ending] = [unsure, leftOut].map((some) => new Set(some.map(({ task }) => task)));
  const cold = (index: number): [kind: Cell, word: string] =>
    unsureOnes?.has(index)
      ? ['not-reproducible', words['not-reproducible']]
      : ending?.has(index)
        ? ['ended', 'ends its process']
        : ['same', 'twice the same'];
  const row = (index: number) => {
    const [kind, word] = cold(index);
    return `<tr><td>${index + 1}</td><th scope="row"><code>${escapeHtml(taskWords(tasks[index]))}</code></th><td class="${kind}">${word}</td>${cells
      .map((of) => {
        const { cell, position } = of.get(index) ?? {};
        if (cell === undefined || position === undefined) return '<td class="unseen">left out</td>';
        return `<td class="${cell}" title="as number ${position + 1}">${words[cell]} <small>${position + 1}</small></td>`;
      })
      .join('')}</tr>`;
  };
  const left = rows.length - shown.length;
  const columns = ['', 'task', 'cold', ...orders.map(({ name }) => name)];
  return `${table('Tasks and orders', columns, shown.map(row), 'matrix')}
<p><small>The number is the place in the order; what is not reached comes after the end of its process.${left > 0 ? ` ${counted(left, 'task')} more are in diagnosis.json.` : ''}</small></p>`;
}

function taskWords(task: DiagnosedTask | undefined): string {
  return task ? `${stringifyJson(task.params)} seed ${task.seed}` : '';
}
