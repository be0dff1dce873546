import type { Measure, Study } from '../report-data.js';
import { effectChart } from './effect-chart.js';
import { element } from './element.js';
import { figure, forget } from './figure.js';
import { heatChart } from './heat-chart.js';
import { countWords, numberWords } from './words.js';

/** Numbers over parameters: one number at a time over each parameter, and over two of them. */
export function studySection(study: Study, what: string): Node[] {
  const notes = study.notes.map((note) => element('p', { class: 'note' }, note));
  if (study.measures.length === 0 || study.axes.length === 0) {
    const why =
      study.measures.length === 0
        ? `No ${what} have a number to show.`
        : 'No parameter has more than one value, so there is nothing to show it over.';
    return [element('p', {}, why), ...notes];
  }
  const effects = element('div', { class: 'figures' });
  const heat = element('div', {});
  const apart = element('p', { 'aria-live': 'polite' });
  const measures = choice(
    'Number',
    study.measures.map(({ name }) => name),
    () => draw(),
  );
  const pairs = choice(
    'Over two parameters',
    (study.measures[0]?.heats ?? []).map(
      ({ axes: [x, y] }) => `${study.axes[x]?.name} and ${study.axes[y]?.name}`,
    ),
    () => drawHeat(),
  );
  draw();
  const others = study.axes.length > 1 ? ', whatever their other parameters' : '';
  return [
    measures.shown,
    element(
      'p',
      { class: 'note' },
      `Bands and medians are over all ${what} with a value${others}: replicates with their different seeds${others === '' ? '' : ' among them'}.`,
    ),
    apart,
    effects,
    ...(study.axes.length > 1 ? [pairs.shown, heat] : []),
    ...notes,
  ];

  function draw(): void {
    const charts = study.axes.flatMap((_, axis) => effectChart(study, measures.chosen(), axis, what) ?? []);
    apart.textContent = replicateWords(study.measures[measures.chosen()]);
    replace(effects, charts.map(figure));
    drawHeat();
  }

  function drawHeat(): void {
    const chart = heatChart(study, measures.chosen(), pairs.chosen(), what);
    replace(heat, chart ? [figure(chart)] : []);
  }
}

/** Whether what is seen is of the parameters or of chance. */
function replicateWords(measure: Measure | undefined): string {
  if (!measure?.replicates) return '';
  const { sets, halfWithin, ofAll } = measure.replicates;
  return `Replicates of one parameter set: half of them lie within ${numberWords(halfWithin)}, on the median of ${countWords(sets, 'set')}; of all values half lie within ${numberWords(ofAll)}.`;
}

function replace(within: HTMLElement, children: HTMLElement[]): void {
  forget(within);
  within.replaceChildren(...children);
}

function choice(label: string, names: string[], onChange: () => void) {
  const select = element(
    'select',
    {},
    ...names.map((name, at) => element('option', { value: String(at) }, name)),
  );
  select.addEventListener('change', onChange);
  const shown = element('label', { class: 'choice' }, `${label} `, select);
  if (names.length < 2) shown.hidden = true;
  return { shown, chosen: () => Math.max(0, select.selectedIndex) };
}
