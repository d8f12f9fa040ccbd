/** Time as the engine sees it, so that tests can be their own clock. */
export interface Clock {
  /** Milliseconds since the epoch, with a fraction; never goes back within a process. */
  now(): number;
  /** Resolves after `ms`, or as soon as `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves after the event loop has turned once: timers and sockets had their chance. */
  turn(): Promise<void>;
}

/** How far behind `Date.now()` the monotonic clock stood when this module was loaded. */
const EPOCH_OFFSET_MS = Date.now() - performance.now();
/** The longest delay that a timer takes; longer sleeps are made of several. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock: monotonic, aligned with `Date.now()` once per process. */
export const systemClock: Clock = {
  now: () => EPOCH_OFFSET_MS + performance.now(),
  sleep,
  // A timer, as it lets the event loop rest: loops that go on by setImmediate keep it so busy that
  // sockets are looked at only every sixtieth time.
  turn: () => new Promise<void>((resolve) => void setTimeout(resolve, 0)),
};

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    let left = ms;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const arm = () => {
      const step = Math.min(left, MAX_TIMER_MS);
      left -= step;
      timer = setTimeout(left > 0 ? arm : done, step);
    };
    signal?.addEventListener("abort", done, { once: true });
    arm();
  });
}
