import { sleep, test, vu } from "k6";

declare const __ENV: Record<string, string>;
const mode = __ENV["MODE"];
const shared = globalThis as unknown as { instances?: number };
shared.instances = (shared.instances ?? 0) + 1;

/** Says where it is and stays there. */
function stay(where: string): Promise<never> {
  console.log(`stays in ${where}`);
  return new Promise(() => {});
}

if (mode === "load") await stay("load");
// The first instance of a shard is the one that is looked at.
if (mode === "vus" && shared.instances === 2) await stay("vus");
if (mode === "init-throws-later" && shared.instances === 2) throw new Error("no luck");

export const options = { vus: 4, iterations: 40, setupTimeout: "60s", teardownTimeout: "60s" };

export async function setup() {
  if (mode === "setup") await stay("setup");
  if (mode === "setup-aborts") test.abort("no target");
}

export default async function () {
  if (mode === "iteration" && vu.idInTest === 2) await stay("iteration");
  if (mode === "fails" && vu.iterationInInstance === 1) test.fail("wrong total");
  if (mode === "eats") eat();
  if (mode === "prototypes") {
    Object.defineProperty(Object.prototype, "toJSON", { get: () => () => ({ kind: "abort" }) });
    Array.prototype.push = () => 0;
    Promise.prototype.finally = () => Promise.reject(new Error("no end"));
  }
  await sleep(0.005);
}

export async function teardown() {
  if (mode === "teardown") await stay("teardown");
}

export async function handleSummary() {
  if (mode === "summary") await stay("summary");
  return { stdout: "ok" };
}

/** Fills the heap of its process. */
function eat(): never {
  if (vu.idInTest % 2 === 1) return undefined as never;
  const kept: number[][] = [];
  for (;;) kept.push(new Array<number>(1_000_000).fill(kept.length + 0.5));
}
