import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart } from './charts.js';
import { element } from './element.js';
import { tableOf } from './table.js';

use([
  CustomChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  SVGRenderer,
]);

/** Draws those that come into sight, each once. */
const waiting = new Map<Element, () => void>();
const sight = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) drawNow(target);
  },
  { rootMargin: '600px' },
);
const resized = new ResizeObserver((entries) => {
  // Paper stretches what was drawn.
  if (matchMedia('print').matches) return;
  for (const { target } of entries) {
    drawn.get(target)?.resize();
    scaleWithPaper(target);
  }
});
const drawn = new Map<Element, EChartsType>();
// Paper has another width, and shows what nobody has scrolled to.
window.addEventListener('beforeprint', () => {
  for (const target of [...waiting.keys()]) drawNow(target);
});

/** A chart with its title, what it says in words, and its table. Arrow keys go from mark to mark. */
export function figure(chart: Chart): HTMLElement {
  const id = `chart-${figure.count++}`;
  const says = element('p', { class: 'says', id: `${id}-says` }, chart.says);
  const told = element('p', { class: 'told', 'aria-live': 'polite' });
  const canvas = element('div', {
    class: 'chart',
    tabindex: '0',
    role: 'group',
    'aria-roledescription': 'chart',
    'aria-label': `${chart.title}. Arrow keys go from one mark to the next.`,
    'aria-describedby': `${id}-says`,
  });
  canvas.style.height = `${chart.height}px`;
  canvas.addEventListener('keydown', (event) => move(event));
  canvas.addEventListener('blur', () => {
    drawn.get(canvas)?.dispatchAction({ type: 'hideTip' });
    told.textContent = '';
    at = -1;
  });
  const table = element('details', {}, element('summary', {}, `Table: ${chart.title}`));
  table.addEventListener('toggle', () => {
    if (table.open && table.childElementCount === 1) table.append(tableOf(chart.table, chart.title));
  });
  waiting.set(canvas, draw);
  sight.observe(canvas);
  let at = -1;
  return element(
    'figure',
    { id },
    element('figcaption', {}, chart.title),
    says,
    canvas,
    chart.scale && scaleOf(chart.scale),
    told,
    table,
  );

  function draw(): void {
    const made = init(canvas, null, { renderer: 'svg' });
    made.setOption({
      ...chart.option,
      tooltip: {
        trigger: 'item',
        confine: true,
        backgroundColor: 'var(--surface)',
        borderColor: 'var(--line)',
        textStyle: { color: 'var(--ink)', fontSize: 13 },
        extraCssText: 'max-width:22rem;white-space:normal;box-shadow:none',
        formatter: ({ data }: { data?: { tip?: string } }) => element('span', {}, data?.tip ?? ''),
      },
    });
    canvas.querySelector('svg')?.setAttribute('aria-hidden', 'true');
    scaleWithPaper(canvas);
    drawn.set(canvas, made);
    resized.observe(canvas);
    performance.mark('picture');
  }

  function move(event: KeyboardEvent): void {
    const { marks } = chart;
    const steps: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: marks.length - 1,
    };
    const next = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    if (next === undefined || marks.length === 0) return;
    event.preventDefault();
    at = Math.max(0, Math.min(marks.length - 1, next));
    const mark = marks[at];
    if (mark === undefined) return;
    drawn.get(canvas)?.dispatchAction({ type: 'showTip', seriesIndex: mark.series, dataIndex: mark.index });
    told.textContent = `${at + 1} of ${marks.length}: ${mark.tip}`;
  }
}
figure.count = 0;

/** Of figures that leave the page. */
export function forget(within: Element): void {
  for (const canvas of within.querySelectorAll('.chart')) {
    waiting.delete(canvas);
    sight.unobserve(canvas);
    resized.unobserve(canvas);
    drawn.get(canvas)?.dispose();
    drawn.delete(canvas);
  }
}

function drawNow(target: Element): void {
  const draw = waiting.get(target);
  waiting.delete(target);
  sight.unobserve(target);
  draw?.();
}

/** On paper the style makes pictures as wide as the column, and they are drawn only once. */
function scaleWithPaper(canvas: Element): void {
  const picture = canvas.querySelector('svg');
  const size = ['width', 'height'].map((name) => picture?.getAttribute(name) ?? '0');
  picture?.setAttribute('viewBox', `0 0 ${size.join(' ')}`);
}

function scaleOf({ low, high, of }: NonNullable<Chart['scale']>): HTMLElement {
  return element(
    'p',
    { class: 'scale' },
    `${of}: ${low} `,
    element('span', { class: 'gradient' }),
    ` ${high}`,
  );
}
