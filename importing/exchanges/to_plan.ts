import { LIMITS } from "../limits.ts";
import { tooLarge } from "../document.ts";
import { ImportError } from "../errors.ts";
import type { ImportOptions } from "../imported.ts";
import type { Expectation, GroupStep, ScriptPlan, Step, Value } from "../script/plan.ts";
import { Definitions } from "../script/secrets.ts";
import { Targets } from "../targets.ts";
import { chooseExchanges, LeftOut } from "./choose.ts";
import { CookieKeeper } from "./cookies.ts";
import { commonHeaders } from "./common_headers.ts";
import type { Exchange } from "./exchange.ts";
import { foldRedirects, type Journey } from "./redirects.ts";
import { requestStep } from "./request_step.ts";

/** Shorter waits are no think time; longer ones were a break. */
const LEAST_PAUSE_MS = 200;
const MOST_PAUSE_MS = 60_000;

/** What a script does that repeats recorded exchanges. */
export async function planOfExchanges(
  exchanges: readonly Exchange[],
  { file, title, ...options }: ImportOptions & { readonly file: string; readonly title: string },
): Promise<ScriptPlan> {
  const leftOut = new LeftOut();
  const journeys = foldRedirects(chooseExchanges(exchanges, options, leftOut));
  if (journeys.length === 0) {
    throw new ImportError("import_empty", file, {
      problem: `has no request to repeat, without ${leftOut.notes().join(", ")}`,
      expected: "at least one request with a response",
    });
  }
  if (journeys.length > LIMITS.requests) {
    const expected = `at most ${LIMITS.requests}: --host takes those of one host`;
    throw tooLarge(file, `has ${journeys.length} requests`, expected);
  }
  const definitions = new Definitions(options.keepSecrets ?? false);
  const targets = new Targets(journeys.map(({ first }) => new URL(first.url)), definitions);
  const notes = new Set<string>();
  const common = commonHeaders(journeys.map(({ first }) => first));
  const cookies = new CookieKeeper(definitions);
  const flat: Step[] = [];
  const pages: (string | null)[] = [];
  let before: Journey | null = null;
  let bodies = 0;
  for (const journey of journeys) {
    const pause = options.thinkTime === true ? pauseBefore(journey, before) : 0;
    if (pause > 0) {
      flat.push({ kind: "pause", seconds: pause });
      pages.push(journey.first.page);
    }
    const step = await requestStep(journey, {
      definitions,
      targets,
      common: common.names,
      cookies: cookies.own(journey.first),
      note: (text) => notes.add(text),
    });
    cookies.learn(journey.first);
    cookies.learn(journey.last);
    bodies += journey.first.body?.content?.length ?? 0;
    if (bodies > LIMITS.bodies) {
      throw tooLarge(file, "has more to send than fits a script", `at most ${LIMITS.bodies} bytes`);
    }
    flat.push({ ...step, expect: expectation(journey.last) });
    pages.push(journey.first.page);
    before = journey;
  }
  return {
    title,
    target: targets.main,
    client: common.client(definitions),
    options: new Map<string, Value>(),
    steps: grouped(flat, pages),
    notes: [...leftOut.notes(), ...notes],
  };
}

/** Seconds, to a tenth. */
function pauseBefore({ first }: Journey, before: Journey | null): number {
  if (before === null) return 0;
  const gap = first.startedMs - before.last.endedMs;
  if (!(gap >= LEAST_PAUSE_MS)) return 0;
  return Math.round(Math.min(gap, MOST_PAUSE_MS) / 100) / 10;
}

/** Browsers had it in their cache (304); a script has none. */
function expectation({ status }: Exchange): Expectation {
  return status === 304 ? 200 : status;
}

/** Steps of the same page behind each other as a group. */
function grouped(steps: readonly Step[], pages: readonly (string | null)[]): Step[] {
  const all: Step[] = [];
  let open: { name: string; steps: Step[] } | null = null;
  steps.forEach((step, i) => {
    const page = pages[i]!;
    if (page === null) {
      open = null;
      all.push(step);
      return;
    }
    const begins = open === null || open.name !== page;
    // Waiting for a page is no part of it.
    if (begins && step.kind === "pause") {
      open = null;
      all.push(step);
      return;
    }
    if (open === null || begins) {
      const group: GroupStep & { steps: Step[] } = { kind: "group", name: page, steps: [] };
      open = group;
      all.push(group);
    }
    open.steps.push(step);
  });
  return all;
}
