import { SharedArray } from "k6/data";
import { Trend } from "k6/metrics";
import { vu } from "k6";

const numbers = new SharedArray("numbers", () => {
  console.log("array made");
  return [100, 200, 300];
});
const value = new Trend("value");
let next = 0;

export function setup() {
  return { from: "setup" };
}

export default function () {
  value.add(numbers[next++ % numbers.length]!);
}

export async function die() {
  await new Promise((resolve) => setTimeout(resolve, 100));
  // One of two: as a process that runs out of memory.
  if (vu.idInTest === 1) Deno.exit(7);
}

export function teardown() {}

export function handleSummary(data: unknown) {
  return { stdout: JSON.stringify(data) };
}
