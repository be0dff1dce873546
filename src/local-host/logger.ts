/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What happened, for whoever counts or waits instead of reading lines. */
export type HostEvent =
  | { readonly type: 'worker-started'; readonly pid: number }
  | {
      readonly type: 'worker-exited';
      readonly pid: number;
      readonly code: number | null;
      readonly signal: string | null;
      readonly intended: boolean;
    }
  | {
      readonly type: 'invocation-started';
      readonly functionName: string;
      readonly invocationId: string;
      readonly messageId?: string;
      readonly dequeueCount?: number;
    }
  | {
      readonly type: 'invocation-ended';
      readonly functionName: string;
      readonly invocationId: string;
      readonly succeeded: boolean;
      readonly error?: string;
      readonly durationMs: number;
    }
  | { readonly type: 'queue-polled'; readonly queue: string; readonly found: number }
  | {
      readonly type:
        | 'message-deleted'
        | 'message-released'
        | 'message-poisoned'
        | 'message-gone'
        | 'message-left'
        | 'lease-renewed'
        | 'lease-lost';
      readonly queue: string;
      readonly messageId: string;
    }
  | { readonly type: 'app-log'; readonly functionName?: string; readonly invocationId?: string };

/** Where the host and the app's output go, one line a call. The event is given where the line has one. */
export type Logger = (level: LogLevel, text: string, event?: HostEvent) => void;
