import type {
  PageData,
  PageLine,
  PageNow,
  PageRun,
  PageSample,
  PageState,
  TimelineDelta,
} from "../data/types.ts";

/** What a live page is told, by event. `lines` of a hello says how many were logged so far. */
export interface LiveMessages {
  /** Everything so far: first of all, and whenever a page fell behind. */
  readonly hello: { readonly data: PageData; readonly lines: number };
  /** Once a second. */
  readonly tick: {
    readonly run: PageRun;
    readonly now: PageNow;
    readonly timeline: TimelineDelta;
    /** The newest lines of the log, the last of which is line `count` of the run. */
    readonly lines: readonly PageLine[];
    readonly count: number;
    /** All calls that failed and are kept; null where none came to them. */
    readonly samples: readonly PageSample[] | null;
  };
  /** The phase changed, or somebody paused it. */
  readonly state: PageState;
  /** The run is over: everything, for good. */
  readonly end: PageData;
}

/** Names of the events. */
export type LiveEvent = keyof LiveMessages;

/** One event as server-sent events have it (HTML, section 9.2). */
export function eventText<E extends LiveEvent>(event: E, data: LiveMessages[E]): string {
  // JSON has no line breaks of its own.
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
