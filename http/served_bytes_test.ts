import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { type RawExchange, rawServer } from "./_raw_server_for_tests.ts";
import { CHUNKED_CASES } from "./h1/chunked_cases_for_tests.ts";
import { HEAD_CASES, HEAD_CASES_BY_STRICTNESS } from "./h1/head_cases_for_tests.ts";
import { Client, type ClientOptions } from "./mod.ts";

// The tables of the readers in h1/, sent by a server: what becomes of the request, and of the
// connection.

/** What a server sends, and what is to come of it. */
interface Served {
  readonly name: string;
  readonly bytes: string;
  /** Whether the server closes the connection behind that. */
  readonly closes: boolean;
  /** The error's code; null for a response. */
  readonly code: string | null;
  readonly status: number;
  readonly body: string;
  readonly trailers?: string;
  /** Whether the next request goes over the same connection. */
  readonly reused: boolean;
}

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
/** Content for heads that tell no length: chunks, if they say so, else as it is. */
const CONTENT = "5\r\nhello\r\n0\r\n\r\n";

/** The reader's case with a body behind the head. */
function servedHead(name: string, head: string, expected: string): Served {
  const read = /^(\d+) (length|chunked|close)(?: (\d+))?( close)? @(\d+)$/.exec(expected);
  if (read === null) return refused(name, head, expected === "more" ? null : expected);
  const [, status, framing, length, closing, end] = read;
  const isEmpty = status === "204";
  const there = head.slice(Number(end));
  const body = isEmpty
    ? ""
    : framing === "length"
    ? there.padEnd(Number(length), "x")
    : framing === "chunked"
    ? "hello"
    : CONTENT;
  const closes = framing === "close" && !isEmpty;
  return {
    name,
    bytes: head + (isEmpty ? "" : framing === "length" ? body.slice(there.length) : CONTENT),
    closes,
    code: null,
    status: Number(status),
    body,
    reused: !closes && closing === undefined,
  };
}

function servedChunks(name: string, chunks: string, expected: string): Served {
  const bytes = CHUNKED + chunks;
  if (expected.endsWith("…")) return refused(name, bytes, null);
  if (/^response_/.test(expected)) return refused(name, bytes, expected);
  const rest = expected.endsWith(" | rest");
  const [body, trailers = ""] = expected.replace(" | rest", "").split(" + ");
  return {
    name,
    bytes,
    closes: false,
    code: null,
    status: 200,
    body: body!,
    trailers,
    reused: !rest,
  };
}

/** @param code null where the server has to close, as what it sent is good so far */
function refused(name: string, bytes: string, code: string | null): Served {
  const closes = code === null;
  return {
    ...{ name, bytes, closes, code: code ?? "response_incomplete" },
    ...{ status: 0, body: "", reused: false },
  };
}

/** Asks for each in turn, with one client, and for something good behind each. */
async function assertServed(cases: readonly Served[], options: ClientOptions): Promise<void> {
  const seen: number[] = [];
  await using server = rawServer(async (x: RawExchange) => {
    seen.push(x.connection);
    const number = /^GET \/(\d+)/.exec(x.head);
    if (number === null) return await x.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
    const { bytes, closes } = cases[Number(number[1])]!;
    await x.send(bytes);
    if (closes) x.close();
  });
  const registry = new Registry();
  const total = (tags: Record<string, string>): number => {
    const sum = registry.select("http_reqs", tags);
    return sum?.type === "counter" ? sum.total : 0;
  };
  await runInContext(newContext(registry), async () => {
    await using client = new Client({ ...options, baseUrl: server.url, timeout: "20s" });
    for (const [i, { name, code, status, body, trailers, reused }] of cases.entries()) {
      for (const responseType of ["bytes", "none"] as const) {
        const path = `/${i}/${responseType}`;
        const response = await client.get(path, { responseType });
        const { error } = response;
        const what = `${name}, ${responseType}: ${error?.message}`;
        assert.deepEqual([response.status, error?.code ?? null], [status, code], what);
        const tags: Record<string, string> = { name: server.url + path, status: String(status) };
        if (code !== null) tags.error = code;
        assert.deepEqual([total({ name: tags.name! }), total(tags)], [1, 1], what);
        if (code === null && responseType === "bytes") {
          assert.equal(await response.text(), body, what);
          const got = [...response.trailers].map(([key, value]) => `${key}: ${value}\r\n`);
          assert.equal(got.join(""), (trailers ?? "").toLowerCase(), what);
        }
        const next = await client.get("/next");
        assert.equal(await next.text(), "good", `behind ${what}`);
        const [before, behind] = seen.splice(0);
        assert.equal(behind === before, reused, `${what}: the next request's connection`);
      }
    }
  });
}

Deno.test("each head of the table is answered or refused, and what is refused closes its connection", async () => {
  await assertServed(HEAD_CASES.map((one) => servedHead(...one)), {});
});

Deno.test("each head that strictness is about is answered or refused by its level", async () => {
  const by = HEAD_CASES_BY_STRICTNESS;
  const all = by.map(([name, head, all]) => servedHead(name, head, all));
  await assertServed(all, { strict: "all" });
  const lenient = by.map(([name, head, , lenient]) => servedHead(name, head, lenient));
  await assertServed(lenient, { strict: "lenient" });
});

Deno.test("each chunked body of the table arrives or is refused, which closes its connection", async () => {
  await assertServed(CHUNKED_CASES.map((one) => servedChunks(...one)), {});
});
