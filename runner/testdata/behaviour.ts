import { sleep, test, vu } from "k6";

declare const __ENV: Record<string, string>;
const mode = __ENV["MODE"];

if (mode === "throw-at-load") throw new Error("no luck");
if (mode === "exit-at-load") Deno.exit(0);

export const options = {
  vus: 4,
  duration: "1s",
  setupTimeout: "400ms",
  teardownTimeout: "400ms",
  handleSummaryTimeout: "1s",
};

export async function setup() {
  if (mode === "setup-throws") throw new Error("no luck");
  if (mode === "setup-hangs") await new Promise(() => {});
  if (mode === "setup-spins") { for (;;); }
}

export default async function () {
  if (mode === "throws") throw new Error(`unlucky ${vu.idInTest % 2}`);
  if (mode === "never" && vu.idInTest === 2) await new Promise(() => {});
  if (mode === "spins" && vu.idInTest === 2 && vu.iterationInInstance === 3) { for (;;); }
  if (mode === "exits" && vu.idInTest === 2 && vu.iterationInInstance === 3) Deno.exit(0);
  if (mode === "rejects-unseen") Promise.reject(new Error("lost promise"));
  if (mode === "prints") {
    console.log("to console");
    console.error("to error");
    await Deno.stdout.write(new TextEncoder().encode("to stdout\n"));
  }
  if (mode === "aborts" && vu.idInTest === 1) test.abort("enough");
  await sleep(0.01);
}

export function teardown() {
  if (mode === "teardown-throws") throw new Error("no luck");
  if (mode === "teardown-hangs") return new Promise(() => {});
}

export function handleSummary() {
  if (mode === "summary-throws") throw new Error("no luck");
  if (mode === "summary-hangs") return new Promise(() => {});
  if (mode === "summary-spins") { for (;;); }
  if (mode === "summary-wrong") return { stdout: 5 };
  return { stdout: "ok" };
}
