import { describeError } from "../internal/mod.ts";
import type { RunHandle } from "../runner/mod.ts";
import type { Host } from "./host.ts";
import { signalReader } from "./signals.ts";

/** What people can do with a run that goes on. */
export type Steered = Pick<RunHandle, "stop" | "kill" | "pause" | "resume" | "setVUs" | "status">;

/** How a run is steered. */
export interface Steering {
  /** Whether keys are read at this moment: that they may be takes a while to find out. */
  readonly keys: boolean;
  /** Ends it and gives the terminal back. Safe to call again. */
  end(): void;
}

const INTERRUPT = "\x03";

/**
 * Passes signals and, with `wantsKeys`, keys on to a run. The first signal stops, the second kills;
 * `p` pauses, `r` resumes, `+` and `-` set the VUs of an externally-controlled scenario, `q` stops.
 *
 * @param say tells people what happens
 * @param more what other keys do, by what they send
 */
export function steer(
  handle: Steered,
  host: Host,
  wantsKeys: boolean,
  say: (text: string) => void,
  more: Readonly<Record<string, () => void>> = {},
): Steering {
  const read = signalReader();
  const interrupt = () => {
    const action = read(host.now());
    if (action === "stop") {
      say("stopping: running iterations may finish; a second Ctrl-C ends the run at once");
      handle.stop();
    } else if (action === "kill") {
      say("ending at once");
      handle.kill();
    }
  };
  const quit = () => {
    // Asked for by a key that is pressed twice, or held, it still is to end by itself.
    if (read(host.now()) !== "stop") return;
    say("stopping: running iterations may finish; Ctrl-C ends the run at once");
    handle.stop();
  };
  const press = keyActions(handle, say, { ...more, [INTERRUPT]: interrupt, q: quit });
  const removeSignals = host.onSignal(interrupt);
  let removeKeys: (() => void) | null = null;
  let ended = false;
  if (wantsKeys) {
    host.onKey(press).then((remove) => {
      if (ended) remove?.();
      else removeKeys = remove;
    });
  }
  return {
    get keys() {
      return !ended && removeKeys !== null;
    },
    end() {
      if (ended) return;
      ended = true;
      removeSignals();
      removeKeys?.();
    },
  };
}

/** What each key does, one after the other: a key that is pressed many times asks for as many VUs. */
function keyActions(
  handle: Steered,
  say: (text: string) => void,
  more: Readonly<Record<string, () => void>>,
): (key: string) => void {
  let wanted: number | null = null;
  let last = Promise.resolve();
  const setBy = async (step: number) => {
    const vus = Math.max(0, (wanted ?? handle.status().vus) + step);
    await handle.setVUs(vus);
    wanted = vus;
  };
  const actions: Readonly<Record<string, () => Promise<void>>> = {
    p: () => handle.pause(),
    r: () => handle.resume(),
    "+": () => setBy(1),
    "=": () => setBy(1),
    "-": () => setBy(-1),
  };
  return (key) => {
    const now = more[key];
    if (now !== undefined) return now();
    const action = actions[key];
    if (action === undefined) return;
    last = last.then(action).catch((error) => say(describeError(error)));
  };
}
