/** Modules of k6 that scripts find here under the same name. */
export const K6_MODULES: ReadonlySet<string> = new Set([
  "k6",
  "k6/crypto",
  "k6/data",
  "k6/encoding",
  "k6/execution",
  "k6/http",
  "k6/metrics",
  "k6/secrets",
  "k6/timers",
]);

/** Modules whose new name is another one, with all that they export. */
export const RENAMED: Readonly<Record<string, string>> = {
  "k6/experimental/timers": "k6/timers",
};

/** Functions that return promises here and wait in k6. */
export const ASYNC_FUNCTIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  k6: new Set(["sleep"]),
  "k6/http": new Set([
    ...["batch", "del", "get", "head", "options", "patch", "post", "put", "request"],
  ]),
};

/** Names that are global, whatever module exports them too. */
const GLOBAL = new Set(["crypto", "URL", "URLSearchParams", "ReadableStream"]);
const WITH_GLOBALS = [
  /^k6\/(experimental\/webcrypto|webcrypto)$/,
  /^k6\/experimental\/streams$/,
  /^https:\/\/jslib\.k6\.io\/url\//,
];

/** Whether an import is not needed: all its names are global. */
export function isGlobalImport(module: string, names: readonly string[]): boolean {
  return WITH_GLOBALS.some((pattern) => pattern.test(module)) && names.length > 0 &&
    names.every((name) => GLOBAL.has(name));
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^k6\/(experimental\/)?browser$/, "browsers are not driven"],
  [/^k6\/ws$|websockets$/, "there is no WebSocket client"],
  [/^k6\/net\/grpc$|\/grpc$/, "there is no gRPC client"],
  [/^k6\/html$/, "parse response.body with a package such as npm:cheerio"],
  [/^k6\/experimental\/fs$/, 'read files with open of "k6/data"'],
  [/^k6\/experimental\/csv$/, 'read rows with SharedArray and open of "k6/data"'],
  [/^k6\/experimental\/redis$/, "use a package such as npm:redis"],
  [/^k6\/experimental\/tracing$/, "set the header traceparent yourself"],
  [/^https:\/\/jslib\.k6\.io\/k6-summary\//, "the summary is printed without it; leave it out"],
  [/^https:\/\/jslib\.k6\.io\/papaparse\//, "import npm:papaparse"],
  [/^https:\/\/jslib\.k6\.io\/k6chaijs\//, "use check, or npm:chai"],
  [
    /^https?:/,
    "modules of the network are refused: take it from npm, or copy it beside the script",
  ],
  [/^\.{1,2}\//, "import it as well: calls of what sends requests in it need await"],
  [/^k6\//, "there is no such module here"],
];

/** What to do about a module that has no counterpart; null for one that needs nothing. */
export function hintFor(module: string): string | null {
  if (K6_MODULES.has(module) || /^(node|npm):/.test(module)) return null;
  return HINTS.find(([pattern]) => pattern.test(module))?.[1] ?? null;
}

/** Where `k6-utils` comes from. */
export const UTILS = /^https:\/\/jslib\.k6\.io\/k6-utils\//;

/** What of `k6-utils` can be written in a line or two. */
export const UTIL_FUNCTIONS: Readonly<Record<string, string>> = {
  uuidv4: `function uuidv4() {
  return crypto.randomUUID();
}`,
  randomIntBetween: `function randomIntBetween(min, max) {
  return Math.floor(Math.random() * (max - min + 1)) + min;
}`,
  randomItem: `function randomItem(items) {
  return items[Math.floor(Math.random() * items.length)];
}`,
  randomString: `function randomString(length, charset = "abcdefghijklmnopqrstuvwxyz") {
  const letter = () => charset[Math.floor(Math.random() * charset.length)];
  return Array.from({ length }, letter).join("");
}`,
};

/** The same with types, for scripts in TypeScript. */
export const TYPED_UTIL_FUNCTIONS: Readonly<Record<string, string>> = {
  uuidv4: UTIL_FUNCTIONS.uuidv4!.replace("()", "(): string"),
  randomIntBetween: UTIL_FUNCTIONS.randomIntBetween!
    .replace("(min, max)", "(min: number, max: number): number"),
  randomItem: UTIL_FUNCTIONS.randomItem!
    .replace("randomItem(items)", "randomItem<T>(items: readonly T[]): T")
    .replace("];", "]!;"),
  randomString: UTIL_FUNCTIONS.randomString!
    .replace("(length, charset =", "(length: number, charset =")
    .replace('xyz")', 'xyz"): string'),
};
