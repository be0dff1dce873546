import { counted } from '../../reporting/counted.js';

/** What became of the messages of a run that was submitted, or of some of its tasks again. */
export function sentLine(
  { sent, sent_by: by }: { sent: number; sent_by: 'app' | 'client' },
  tasks: number,
): string {
  if (by === 'client') return `${sent === tasks ? '' : `${sent} of `}${counted(tasks, 'task')} queued.`;
  return `${counted(tasks, 'task')} written down; the app sends their messages, none of which it has begun to send yet, as its queue has room.`;
}
