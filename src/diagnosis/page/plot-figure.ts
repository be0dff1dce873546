import type { Plot } from '../plot.js';
import { escapeHtml } from './escape-html.js';

/** Characters of a label for which there is room; the caption has the whole. */
const longestLabel = 60;

const [width, height, left, bottom, top, right] = [640, 300, 70, 40, 15, 15];

/** A plot of what comes out wrong over a parameter: rings cold, dots reused, a line between those that are apart. */
export function plotFigure({ output, field, parameter, order, points }: Plot): string {
  const xs = scale(
    points.map(({ x }) => x),
    left,
    width - right,
  );
  const ys = scale(
    points.flatMap(({ cold, reused }) => [cold, reused]),
    height - bottom,
    top,
  );
  const marks = points
    .map(({ x, cold, reused, task }) => {
      const [px, pc, pr] = [xs.at(x), ys.at(cold), ys.at(reused)].map((at) => at.toFixed(1));
      const apart =
        cold === reused ? '' : `<line class="apart" x1="${px}" y1="${pc}" x2="${px}" y2="${pr}"/>`;
      return `${apart}<circle class="cold" cx="${px}" cy="${pc}" r="6"/><circle class="reused" cx="${px}" cy="${pr}" r="3"><title>task ${task + 1}: cold ${cold}, reused ${reused}</title></circle>`;
    })
    .join('');
  const label = field === '' ? output : `${output}: ${field}`;
  return `<figure class="plot"><figcaption>Mean of ${escapeHtml(label)} over ${escapeHtml(parameter)}; rings: cold, dots: reused, ${escapeHtml(order)}.</figcaption>
<div class="scrolled" role="region" aria-label="${escapeHtml(label)}" tabindex="0"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)} over ${escapeHtml(parameter)}">
<line class="axis" x1="${left}" y1="${height - bottom}" x2="${width - right}" y2="${height - bottom}"/><line class="axis" x1="${left}" y1="${top}" x2="${left}" y2="${height - bottom}"/>
<text x="${left}" y="${height - 22}">${short(xs.low)}</text><text x="${width - right}" y="${height - 22}" text-anchor="end">${short(xs.high)}</text>
<text x="${(left + width) / 2}" y="${height - 6}" text-anchor="middle">${escapeHtml(cut(parameter))}</text>
<text x="${left - 6}" y="${height - bottom}" text-anchor="end">${short(ys.low)}</text><text x="${left - 6}" y="${top + 10}" text-anchor="end">${short(ys.high)}</text>
${marks}</svg></div></figure>`;
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length > longestLabel ? `${characters.slice(0, longestLabel - 1).join('')}…` : text;
}

function scale(values: number[], from: number, to: number) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const margin = 12 * Math.sign(to - from);
  const range = high - low;
  return {
    low,
    high,
    at: (value: number) =>
      range === 0 ? (from + to) / 2 : from + margin + ((value - low) / range) * (to - from - 2 * margin),
  };
}

function short(number: number): string {
  return String(Number(number.toPrecision(4)));
}
