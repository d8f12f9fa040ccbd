import { loadTypeScript } from "./typescript.ts";

/** A call of a client in a script that ran. */
export interface SeenCall {
  readonly method: string;
  readonly url: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a script did. */
export interface Seen {
  readonly client: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly calls: readonly SeenCall[];
  readonly groups: readonly string[];
  readonly checks: readonly string[];
  readonly sleeps: readonly number[];
}

/** Runs a generated script's function once, with modules that only remember. */
export async function runScript(
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Seen> {
  const ts = await loadTypeScript();
  const { outputText, diagnostics } = ts.transpileModule(script, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ESNext },
  });
  const [fault] = diagnostics ?? [];
  if (fault !== undefined) {
    throw new Error(`${ts.flattenDiagnosticMessageText(fault.messageText, " ")} in:\n${script}`);
  }
  const calls: SeenCall[] = [];
  const groups: string[] = [];
  const checks: string[] = [];
  const sleeps: number[] = [];
  let clientOptions: Record<string, unknown> = {};
  const called = (method: string) => (url: string, options: Record<string, unknown> = {}) => {
    calls.push({ method, url, options });
    return Promise.resolve({ status: 200, ok: true });
  };
  class Client {
    get = called("GET");
    head = called("HEAD");
    post = called("POST");
    put = called("PUT");
    patch = called("PATCH");
    del = called("DELETE");
    options = called("OPTIONS");
    request = (method: string, url: string, options?: Record<string, unknown>) =>
      called(method)(url, options);

    constructor(options: Record<string, unknown>) {
      clientOptions = options;
    }
  }
  const modules: Readonly<Record<string, unknown>> = {
    "@downpour/downpour": {
      env,
      check: (_: unknown, sets: Record<string, unknown>) => checks.push(...Object.keys(sets)),
      group: async (name: string, run: () => Promise<void>) => {
        groups.push(name);
        await run();
      },
      sleep: (seconds: number) => Promise.resolve(sleeps.push(seconds)),
    },
    "@downpour/downpour/data": {
      open: (path: string, mode?: string) => `${mode ?? "text"} ${path}`,
    },
    "@downpour/downpour/http": { Client, file: (...args: unknown[]) => ({ file: args }) },
  };
  const exports: { default?: () => Promise<void>; options?: Record<string, unknown> } = {};
  // The compiler made it of a script of ours.
  const run = new Function("exports", "require", outputText);
  run(exports, (name: string) => modules[name]);
  await exports.default!();
  return {
    client: clientOptions,
    options: exports.options!,
    calls,
    groups,
    checks,
    sleeps,
  };
}

/** A HAR of entries, the least that is one. */
export function harOf(
  entries: readonly Record<string, unknown>[],
  pages: readonly unknown[] = [],
): string {
  return JSON.stringify({ log: { version: "1.2", pages, entries } });
}

/** One entry of a HAR: a GET that was answered by 200, unless told. */
export function entryOf(
  url: string,
  request: Readonly<Record<string, unknown>> = {},
  response: Readonly<Record<string, unknown>> = {},
  rest: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    request: { method: "GET", url, headers: [], ...request },
    response: { status: 200, headers: [], content: {}, ...response },
    ...rest,
  };
}

/** Headers of a HAR. */
export function headers(
  record: Readonly<Record<string, string>>,
): { name: string; value: string }[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}
