import { measure } from "../net/measure.ts";
import { isTimed, type Traffic } from "../net/tally.ts";

/** What a client is to do: its one argument, as JSON. It prints a `TurnResult` as JSON. */
export interface H2Plan {
  readonly url: string;
  /** File with the authority that it trusts. */
  readonly caFile: string;
  /** Requests at a time. */
  readonly streams: number;
  readonly seconds: number;
}

/** Sends a request and reads the answer to its end; its status. */
export type SendH2 = () => Promise<number>;

/** While code is being compiled, nothing is counted. */
const LEAD_SECONDS = 0.5;

/** Reads the plan. */
export function h2Plan(): H2Plan {
  return JSON.parse(Deno.args[0]!) as H2Plan;
}

/** Keeps `streams` requests going for the plan's time, then prints what came of it. */
export async function runH2Client(plan: H2Plan, send: SendH2): Promise<void> {
  const traffic: Traffic = async (tally) => {
    for (let sequence = 0; !tally.stopped; sequence++) {
      const timed = isTimed(sequence);
      const sentAt = timed ? performance.now() : 0;
      const status = await send();
      if (status !== 200) throw new Error(`read response: status ${status}`);
      if (timed) tally.latencies.push(performance.now() - sentAt);
      tally.count++;
    }
  };
  const all = Array.from({ length: plan.streams }, () => traffic);
  const turn = { leadSeconds: LEAD_SECONDS, seconds: plan.seconds };
  console.log(JSON.stringify(await measure(all, turn)));
}
