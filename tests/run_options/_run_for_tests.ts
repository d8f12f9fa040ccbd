import assert from "node:assert/strict";
import { run, type RunResult } from "@downpour/downpour";
import { Client, fetch } from "@downpour/downpour/http";
import { k6NetCode, type NetError } from "@downpour/downpour/net";
import http from "k6/http";

const SCRIPT = new URL("testdata/iteration.ts", import.meta.url);

/** Runs a function as the iteration of a load test, in this process, with the options of a run. */
export async function runWith(
  options: Record<string, unknown>,
  iteration: () => void | Promise<void>,
): Promise<RunResult> {
  const thrown: unknown[] = [];
  const state = globalThis as { iteration?: () => Promise<void> };
  state.iteration = async () => {
    try {
      await iteration();
    } catch (error) {
      thrown.push(error);
    }
  };
  try {
    const result = await run(SCRIPT, { options, inline: true });
    assert.deepEqual(result.failures, []);
    if (thrown.length > 0) throw thrown[0];
    return result;
  } finally {
    delete state.iteration;
  }
}

/** What a request came to, by whichever client. */
export interface Answer {
  /** 0 without a response. */
  readonly status: number;
  /** k6's number for what went wrong; 0 when nothing did. */
  readonly code: number;
  readonly message: string;
  readonly body: string;
  /** As in `tls1.3`; empty without TLS, and where its engine doesn't tell. */
  readonly tls: string;
}

/** A way to ask for a URL by GET; `close` ends its connections. */
export interface Asker {
  get(url: string): Promise<Answer>;
  close(): void;
}

/** The three HTTP clients, each as scripts use it. */
export const CLIENTS: Readonly<Record<string, () => Asker>> = {
  Client() {
    const client = new Client();
    return {
      async get(url) {
        const response = await client.get(url);
        return await answerOf(response);
      },
      close: () => client.close(),
    };
  },
  fetch: () => ({
    async get(url) {
      try {
        return await answerOf(await fetch(url));
      } catch (error) {
        return failureOf(error);
      }
    },
    close() {},
  }),
  "k6/http": () => ({
    async get(url) {
      const { status, error, error_code, body, tls_version: tls } = await http.get(url);
      return { status, code: error_code, message: error, body: body ?? "", tls };
    },
    close() {},
  }),
};

async function answerOf(response: Awaited<ReturnType<typeof fetch>>): Promise<Answer> {
  const { status, error, errorCode, tlsVersion } = response;
  const body = status === 0 ? "" : await response.text();
  return {
    status,
    code: errorCode,
    message: error?.message ?? "",
    body,
    tls: tlsVersion?.replace("TLSv", "tls") ?? "",
  };
}

function failureOf(error: unknown): Answer {
  const { message, code } = error as NetError;
  return { status: 0, code: k6NetCode(code) ?? 1000, message, body: "", tls: "" };
}

/** A run of one iteration that asks for URLs one after another. */
export async function ask(
  client: keyof typeof CLIENTS,
  options: Record<string, unknown>,
  urls: readonly string[],
): Promise<Answer[]> {
  const answers: Answer[] = [];
  await runWith(options, async () => {
    const asker = CLIENTS[client]!();
    for (const url of urls) answers.push(await asker.get(url));
    asker.close();
  });
  return answers;
}

/** A test for each of the three HTTP clients. */
export function forEachClient(what: string, test: (client: string) => Promise<void>): void {
  for (const client of Object.keys(CLIENTS)) Deno.test(`${what} (${client})`, () => test(client));
}

/** A server that says who asks for what; `?to=URL` redirects, `?status=N` answers with it. */
export function startMirror(
  secure?: { readonly cert: string; readonly key: string },
): AsyncDisposable & { readonly port: number; readonly connections: () => number } {
  const peers = new Set<string>();
  const options = { hostname: "127.0.0.1", port: 0, onListen() {}, ...secure };
  const server = Deno.serve(options, (request, { remoteAddr }) => {
    const { hostname: ip, port } = remoteAddr as Deno.NetAddr;
    peers.add(`${ip}:${port}`);
    const { pathname, searchParams } = new URL(request.url);
    const to = searchParams.get("to");
    if (to !== null) return new Response(null, { status: 302, headers: { location: to } });
    const headers = Object.fromEntries(request.headers);
    const status = Number(searchParams.get("status") ?? 200);
    return Response.json({ path: pathname, ip, headers }, {
      status,
      headers: { "set-cookie": "seen=1" },
    });
  });
  return {
    port: server.addr.port,
    connections: () => peers.size,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The mirror's answer, taken apart. */
export function mirrored(
  { body }: Answer,
): { path: string; ip: string; headers: Record<string, string> } {
  return JSON.parse(body);
}
