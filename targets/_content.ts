import { type Call, json, numberIn, pause } from "./_call.ts";

const BYTES_LIMIT = 100 * 1024 * 1024;
const STREAM_LIMIT = 100;
const DELAY_LIMIT_S = 60;
const REDIRECT_LIMIT = 100;

const TEXT = "A target of Downpour: aim a load test at it.\n";

/** `/`: a short text, the cheapest response there is. */
export function root(_: Call): Response {
  return new Response(TEXT);
}

/** `/status/N`: an empty response with that status. */
export function status({ parameter }: Call): Response {
  const code = numberIn(parameter, "status", { min: 200, max: 599 });
  return new Response(null, { status: code, headers: code === 401 ? CHALLENGE : {} });
}
// RFC 9110, section 15.5.2: a 401 must say how to authenticate.
const CHALLENGE = { "www-authenticate": 'Basic realm="target"' };

const BLOCK = Uint8Array.from({ length: 65_536 }, (_, i) => i & 0xff);

/** `/bytes/N`: N bytes (0, 1 … 255, 0 …), streamed with a content length. */
export function bytes({ parameter }: Call): Response {
  const size = numberIn(parameter, "bytes", { min: 0, max: BYTES_LIMIT });
  let left = size;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left === 0) return controller.close();
      const part = BLOCK.subarray(0, Math.min(left, BLOCK.length));
      left -= part.length;
      controller.enqueue(part);
    },
  }, { highWaterMark: 0 });
  const headers = {
    "content-type": "application/octet-stream",
    "content-length": String(size),
  };
  return new Response(body, { headers });
}

/** `/stream/N`: N lines of JSON, chunked. */
export function stream({ parameter, url }: Call): Response {
  const count = numberIn(parameter, "stream", { min: 0, max: STREAM_LIMIT });
  const line = (id: number) => JSON.stringify({ id, url: url.href }) + "\n";
  return new Response(encode(lines(count, line)), {
    headers: { "content-type": "application/x-ndjson" },
  });
}

/** `/sse?count=N&delay_ms=M`: N server-sent events (default 10), M ms apart (default 0). */
export function sse({ url, signal }: Call): Response {
  const count = numberIn(url.searchParams.get("count") ?? "10", "count", {
    min: 0,
    max: STREAM_LIMIT,
  });
  const delayMs = numberIn(url.searchParams.get("delay_ms") ?? "0", "delay_ms", {
    min: 0,
    max: 10_000,
  });
  const event = (id: number) => `id: ${id}\nevent: ping\ndata: ${JSON.stringify({ id })}\n\n`;
  const gone = delayMs === 0 ? null : signal();
  const wait = gone === null ? undefined : () => pause(delayMs, gone);
  return new Response(encode(lines(count, event, wait)), {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}

/** `/delay/S`: an empty JSON object after S seconds (fractions too). */
export async function delay({ parameter, signal }: Call): Promise<Response> {
  const seconds = numberIn(parameter, "delay", { min: 0, max: DELAY_LIMIT_S, whole: false });
  await pause(seconds * 1000, signal());
  return json({});
}

/** `/redirect/N`: N redirects in a row, the last one to `/get`. */
export function redirect({ parameter }: Call): Response {
  const left = numberIn(parameter, "redirect", { min: 1, max: REDIRECT_LIMIT });
  const location = left === 1 ? "/get" : `/redirect/${left - 1}`;
  return new Response(null, { status: 302, headers: { location } });
}

/** `/gzip`: JSON, compressed whether the client asked for it or not. */
export function gzip(call: Call): Response {
  return compressed(call, "gzip", { gzipped: true });
}

/** `/deflate`: JSON in the zlib format (RFC 9110, section 8.4.1.2). */
export function deflate(call: Call): Response {
  return compressed(call, "deflate", { deflated: true });
}

function compressed({ request }: Call, format: "gzip" | "deflate", value: unknown): Response {
  const plain = json({ ...value as object, method: request.method }).body!;
  return new Response(plain.pipeThrough(new CompressionStream(format)), {
    headers: { "content-type": "application/json", "content-encoding": format },
  });
}

/** `/json`: a document with nested values. */
export function document(_: Call): Response {
  return json(DOCUMENT);
}

const DOCUMENT = {
  forecast: {
    place: "Bergen",
    days: [
      { day: "Monday", rain: { mm: 12.5, likely: true }, winds: ["SW", "W"] },
      { day: "Tuesday", rain: { mm: 0, likely: false }, winds: [] },
    ],
    note: null,
  },
};

async function* lines(
  count: number,
  line: (id: number) => string,
  wait?: () => Promise<void>,
): AsyncGenerator<string> {
  for (let id = 0; id < count; id++) {
    if (id > 0) await wait?.();
    yield line(id);
  }
}

function encode(text: AsyncIterable<string>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(text).pipeThrough(new TextEncoderStream());
}
