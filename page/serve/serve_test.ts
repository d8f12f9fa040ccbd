import assert from "node:assert/strict";
import { Registry } from "../../metrics/mod.ts";
import { fakeRecord } from "../../results/record_for_tests.ts";
import { resultOf } from "../../results/mod.ts";
import type { RunStatus } from "../../runner/mod.ts";
import { type LivePage, type PageControl, serveLivePage } from "./live_page.ts";
import { serveReportPage } from "./report_page.ts";

const STATUS: RunStatus = {
  ...{ phase: "running", paused: false, elapsedMs: 1000, totalMs: 5000, vus: 1, vusMax: 2 },
  iterations: resultOf(fakeRecord({ seconds: 1 })).iterations,
  ...{ stopped: false, exitCode: 0, thresholds: [], steered: {}, shards: [] },
};
const OPEN: PageControl = {
  api: ({ url, method }) => Promise.resolve(new Response(`${method} ${new URL(url).pathname}`)),
  refuse: () => Promise.resolve(null),
};
const CLOSED: PageControl = {
  ...OPEN,
  refuse: () => Promise.resolve(new Response("token?", { status: 401 })),
};

async function served(use: (page: LivePage) => Promise<void>, control = OPEN): Promise<void> {
  const run = { name: "a run", handle: { status: () => STATUS } };
  const page = await serveLivePage({ hostname: "127.0.0.1", port: 0 }, run, control);
  page.events.planned(resultOf(fakeRecord({ seconds: 1 })).options);
  try {
    await use(page);
  } finally {
    await page.close();
  }
}

/** How the run of `STATUS` stands. */
function progress() {
  const { stopped: _, exitCode: __, thresholds: ___, ...rest } = STATUS;
  return { ...rest, metrics: new Registry() };
}

Deno.test("the page holds no data, and its policy lets in nothing from outside", async () => {
  await served(async ({ url }) => {
    const response = await fetch(url);
    const html = await response.text();
    assert.doesNotMatch(html.slice(0, 2000), /page-data"/);
    const policy = response.headers.get("content-security-policy")!;
    assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-/);
    assert.match(policy, /connect-src 'self'; .*frame-ancestors 'none'$/);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.equal(response.headers.get("x-frame-options"), "DENY");
  });
});

Deno.test("whoever may not see the run gets the empty page alone", async () => {
  await served(async ({ url }) => {
    for (const path of ["/events", "/shape?key=x", "/other"]) {
      const response = await fetch(url + path);
      assert.deepEqual([response.status, await response.text()], [401, "token?"], path);
    }
    assert.equal((await fetch(url).then((r) => (r.body?.cancel(), r))).status, 200);
  }, CLOSED);
});

Deno.test("other paths and methods are refused, /v1/ is the REST API's", async () => {
  await served(async ({ url }) => {
    const table: [method: string, path: string, status: number][] = [
      ["GET", "/favicon.ico", 404],
      ["GET", "/shape?key=nothing", 404],
      ["POST", "/", 405],
      ["PATCH", "/events", 405],
    ];
    for (const [method, path, status] of table) {
      const response = await fetch(url + path, { method });
      await response.body?.cancel();
      assert.equal(response.status, status, `${method} ${path}`);
    }
    const api = await fetch(`${url}/v1/status`, { method: "PATCH" });
    assert.equal(await api.text(), "PATCH /v1/status");
  });
});

Deno.test("a page hears how the run goes on and how it ended; one that comes late too", async () => {
  await served(async (page) => {
    const early = await fetch(`${page.url}/events`);
    page.events.log({ level: "info", text: "said", source: "script" });
    page.events.progress(progress());
    page.end(fakeRecord({ seconds: 2, name: "ended" }));
    const text = await early.text();
    const names = [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
    assert.deepEqual(names, ["hello", "tick", "end"]);
    assert.match(text, /"text":"said"/);
    const late = await (await fetch(`${page.url}/events`)).text();
    assert.match(late, /^event: end\ndata: \{"schema":"downpour\.page","version":1,/);
  });
});

Deno.test("a page that takes nothing does not hold up the end", async () => {
  await served(async (page) => {
    const { hostname, port } = new URL(page.url);
    const silent = await Deno.connect({ hostname, port: Number(port) });
    await silent.write(new TextEncoder().encode("GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    // It has been taken in when the first bytes of the answer are there.
    await silent.read(new Uint8Array(1));
    page.end(fakeRecord({ seconds: 600 }));
    await page.close();
    silent.close();
  });
});

Deno.test("a port in use is said, with what to do", async () => {
  await served(async ({ url }) => {
    const port = Number(new URL(url).port);
    await assert.rejects(
      () =>
        serveReportPage({ hostname: "127.0.0.1", port }, fakeRecord({ seconds: 1 }), OPEN.refuse),
      {
        code: "page_listen",
        message: `Can't show the page at 127.0.0.1:${port}: it is in use ` +
          "(name another by --dash-address HOST:PORT)",
      },
    );
  });
});

Deno.test("a kept run is served as its report, to those who may see it", async () => {
  const record = fakeRecord({ seconds: 2 });
  for (const [refuse, status] of [[OPEN.refuse, 200], [CLOSED.refuse, 401]] as const) {
    const server = await serveReportPage({ hostname: "127.0.0.1", port: 0 }, record, refuse);
    const response = await fetch(server.url);
    const text = await response.text();
    assert.equal(response.status, status);
    assert.equal(text.includes('id="page-data"'), status === 200);
    await server.close();
  }
});
