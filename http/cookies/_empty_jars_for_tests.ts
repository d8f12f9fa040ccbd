/** Prints how many bytes an empty jar takes; needs `--v8-flags=--expose-gc`. */
import { CookieJar } from "./jar.ts";

const { gc } = globalThis as unknown as { gc: () => void };
const COUNT = 100_000;
const jars: CookieJar[] = [];
for (let i = 0; i < 1000; i++) jars.push(new CookieJar());
jars.length = 0;
gc();
const before = Deno.memoryUsage().heapUsed;
for (let i = 0; i < COUNT; i++) jars.push(new CookieJar());
gc();
const bytes = (Deno.memoryUsage().heapUsed - before) / COUNT;
// Read again, so that they are there until here.
console.log(jars.every((jar) => jar.empty) ? bytes : NaN);
