import { listFiles } from "./_files.ts";

/**
 * Throws generated input at parsers and protocols: `deno task fuzz http --seconds 60`. A failure is
 * told with the command that repeats it, and ends the program with code 1.
 *
 * @module
 */

const USAGE = "deno task fuzz LAYER [--seconds N] [--seed S] [--target NAME [--case N]]";
/** Cases of one target before it is the next one's turn. */
const TURN = 20;

/** What is run: `internal/fuzz_for_tests.ts` says how one is made. */
export interface Target {
  readonly name: string;
  /** Throws when the case went wrong. */
  runCase(seed: number, number: number): void | Promise<void>;
}

/** What to run. */
export interface FuzzPlan {
  /** The layer whose targets are run, for example `http`. */
  readonly layer: string;
  /** Decides all cases. */
  readonly seed: number;
  /** How long, about. */
  readonly seconds: number;
  /** The only target to run; undefined for all. */
  readonly target: string | undefined;
  /** The only case to run; undefined for as many as there is time for. */
  readonly case: number | undefined;
}

/** A case that went wrong. */
export interface FuzzFailure {
  readonly target: string;
  readonly case: number;
  readonly error: unknown;
}

/** What came of a run. */
export interface FuzzResult {
  /** Cases that were run, by target. */
  readonly cases: ReadonlyMap<string, number>;
  /** The first that went wrong; null when none did. */
  readonly failure: FuzzFailure | null;
}

/** Reads the command line. @throws {Error} that says what is wrong with it */
export function readPlan(args: readonly string[], randomSeed: number): FuzzPlan {
  const [layer, ...rest] = args;
  if (layer === undefined || layer.startsWith("-")) throw new Error(`usage: ${USAGE}`);
  const given = new Map<string, string>();
  for (let i = 0; i < rest.length; i += 2) {
    const name = rest[i]!;
    if (!["--seconds", "--seed", "--target", "--case"].includes(name)) {
      throw new Error(`unknown option ${name}, usage: ${USAGE}`);
    }
    if (rest[i + 1] === undefined) throw new Error(`${name} needs a value`);
    given.set(name, rest[i + 1]!);
  }
  const number = (name: string): number | undefined => {
    const text = given.get(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,10}$/.test(text)) throw new Error(`${name} is ${text}: give a whole number`);
    return Number(text);
  };
  const plan: FuzzPlan = {
    layer,
    seed: number("--seed") ?? randomSeed,
    seconds: number("--seconds") ?? 10,
    target: given.get("--target"),
    case: number("--case"),
  };
  if (plan.case !== undefined && plan.target === undefined) {
    throw new Error("--case needs --target");
  }
  return plan;
}

/** Runs targets in turns until the time is over or a case goes wrong. */
export async function runFuzz(
  targets: readonly Target[],
  plan: FuzzPlan,
  now: () => number = () => performance.now(),
): Promise<FuzzResult> {
  const cases = new Map(targets.map(({ name }) => [name, 0]));
  const until = now() + plan.seconds * 1000;
  for (let first = plan.case ?? 0;; first += TURN) {
    for (const target of targets) {
      const last = plan.case === undefined ? first + TURN - 1 : plan.case;
      for (let number = first; number <= last; number++) {
        const error = await runCase(target, plan.seed, number);
        cases.set(target.name, cases.get(target.name)! + 1);
        if (error !== undefined) {
          return { cases, failure: { target: target.name, case: number, error } };
        }
      }
    }
    if (plan.case !== undefined || now() >= until) return { cases, failure: null };
  }
}

/** What a case failed with: thrown, or left behind as a rejection that nobody heard of. */
async function runCase(target: Target, seed: number, number: number): Promise<unknown> {
  const errors: unknown[] = [];
  const onRejection = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    errors.push(event.reason);
  };
  addEventListener("unhandledrejection", onRejection);
  try {
    await target.runCase(seed, number);
  } catch (error) {
    errors.push(error ?? new Error("undefined was thrown"));
  } finally {
    removeEventListener("unhandledrejection", onRejection);
  }
  return errors[0];
}

/** The targets of a layer: what its files `x_fuzz_for_tests.ts` export as `target`. */
async function loadTargets(root: URL, layer: string): Promise<Target[]> {
  const files = await listFiles(
    root,
    (path) => path.startsWith(`${layer}/`) && path.endsWith("_fuzz_for_tests.ts"),
  );
  return await Promise.all(files.map(async (file) => {
    const { target } = await import(new URL(file, root).href) as { target: Target };
    return target;
  }));
}

/** Runs a command line and prints what came of it; the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const root = new URL("../", import.meta.url);
  let plan: FuzzPlan;
  let targets: Target[];
  try {
    plan = readPlan(args, crypto.getRandomValues(new Uint32Array(1))[0]!);
    const all = await loadTargets(root, plan.layer);
    targets = all.filter(({ name }) => plan.target === undefined || plan.target === name);
    if (targets.length === 0) {
      const names = all.map(({ name }) => name).join(", ") || "none";
      throw new Error(`no such target, ${plan.layer} has: ${names}`);
    }
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    return 2;
  }
  console.log(`seed ${plan.seed}`);
  const { cases, failure } = await runFuzz(targets, plan);
  for (const [name, count] of cases) console.log(`${name}: ${count} cases`);
  if (failure === null) return 0;
  const { target, case: number, error } = failure;
  console.error(error);
  console.error(
    `${target} failed, repeat with: deno task fuzz ${plan.layer} --seed ${plan.seed} ` +
      `--target ${target} --case ${number}`,
  );
  return 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
