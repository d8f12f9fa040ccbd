import { check } from "k6";
import { SharedArray } from "k6/data";

/** About 9 MiB as JSON: more than is copied into each process. */
const rows = new SharedArray("rows", () => {
  console.log("loaded");
  return Array.from({ length: 9000 }, (_, id) => ({ id, pad: "ä".repeat(512) }));
});
const few = new SharedArray("few", () => [Math.random()]);
const none = new SharedArray("none", () => []);

export const options = { vus: 4, iterations: 40 };

export function setup() {
  return few[0];
}

export default function (random: number) {
  const id = Math.floor(Math.random() * rows.length);
  check(null, {
    "all are there": () => rows.length === 9000 && rows[9000] === undefined,
    "an element is whole": () => rows[id]!.id === id && rows[id]!.pad.length === 512,
    "the last one too": () => rows.at(-1)!.id === 8999,
    "all processes have the same": () => few[0] === random,
    "none is none": () => none.length === 0,
  });
}
