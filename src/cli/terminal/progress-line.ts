import { formatDuration } from '../../reporting/format-duration.js';

export interface ProgressState {
  /** Things that are finished, failures included. */
  done: number;
  /** Undefined when nobody knows how many there will be. */
  total: number | undefined;
  failed: number;
  /** Finished each second; 0 while nothing can be said yet. */
  perSecond: number;
}

/** `45/80 · 12.3/s · 2 failed · 3 s left`, behind a bar of `barWidth` characters when that is above 0. */
export function progressLine({ done, total, failed, perSecond }: ProgressState, barWidth: number): string {
  const left = total === undefined ? undefined : Math.max(0, total - done);
  const parts = [
    total === undefined ? `${done} done` : `${done}/${total}`,
    perSecond > 0 ? `${perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1)}/s` : '',
    failed > 0 ? `${failed} failed` : '',
    left && perSecond > 0 ? `${formatDuration(left / perSecond)} left` : '',
  ].filter((part) => part !== '');
  const text = parts.join(' · ');
  if (barWidth <= 0 || !total) return text;
  const filled = Math.min(barWidth, Math.floor((done / total) * barWidth));
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${text}`;
}
