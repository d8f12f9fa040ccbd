import assert from "node:assert/strict";
import { Client } from "@downpour/downpour/http";
import http from "k6/http";
import { ask, forEachClient, mirrored, runWith, startMirror } from "./_run_for_tests.ts";

forEachClient("userAgent: the field of every request", async (client) => {
  await using mirror = startMirror();
  const url = `http://127.0.0.1:${mirror.port}/`;
  const agents: (string | undefined)[] = [];
  for (const options of [{}, { userAgent: "mine/2" }]) {
    const [answer] = await ask(client, options, [url]);
    agents.push(mirrored(answer!).headers["user-agent"]);
  }
  assert.match(agents[0]!, /^downpour\//);
  assert.equal(agents[1], "mine/2");
});

forEachClient("maxRedirects: past it the redirect is the response", async (client) => {
  await using mirror = startMirror();
  const url = `http://127.0.0.1:${mirror.port}/`;
  const statuses: number[] = [];
  for (const maxRedirects of [0, 1]) {
    const [answer] = await ask(client, { maxRedirects }, [`${url}?to=${url}`]);
    statuses.push(answer!.status);
  }
  assert.deepEqual(statuses, [302, 200]);
});

Deno.test("throw and discardResponseBodies are the defaults of all clients", async () => {
  await using mirror = startMirror();
  const url = `http://127.0.0.1:${mirror.port}/`;
  const seen: unknown[] = [];
  await runWith({ throw: true, discardResponseBodies: true }, async () => {
    await using client = new Client();
    await assert.rejects(() => client.get("http://127.0.0.1:1/"));
    await assert.rejects(() => http.get("http://127.0.0.1:1/"));
    await assert.rejects(async () => await (await client.get(url)).text(), /discard|none|dropped/);
    seen.push((await http.get(url)).body);
  });
  assert.deepEqual(seen, [null]);
});

/** A server that knows how many requests it had at once. */
function startBusy() {
  let now = 0;
  let most = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now--;
    return new Response();
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    most: () => most,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const BATCHES: Record<string, (urls: string[]) => Promise<readonly { status: number }[]>> = {
  async Client(urls) {
    await using client = new Client();
    return await client.batch(urls);
  },
  "k6/http": async (urls) => await http.batch(urls),
};

for (const [name, batch] of Object.entries(BATCHES)) {
  const table: [Record<string, number>, expected: number][] = [
    [{}, 6],
    [{ batch: 3 }, 3],
    [{ batchPerHost: 0 }, 20],
    [{ batch: 0, batchPerHost: 0 }, 24],
    [{ batch: 10, batchPerHost: 2 }, 2],
  ];
  for (const [options, expected] of table) {
    const what = JSON.stringify(options);
    Deno.test(`batch: as many at once as ${what} says, ${expected} (${name})`, async () => {
      await using server = startBusy();
      const urls = new Array<string>(24).fill(server.url);
      let statuses: number[] = [];
      await runWith(options, async () => {
        statuses = (await batch(urls)).map(({ status }) => status);
      });
      assert.deepEqual(statuses, urls.map(() => 200));
      assert.equal(server.most(), expected);
    });
  }
}

/** What is printed while `body` runs. */
async function printed(body: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => void lines.push(values.join(" "));
  try {
    await body();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

forEachClient("httpDebug: logs what was sent and what came", async (client) => {
  await using mirror = startMirror();
  const url = `http://127.0.0.1:${mirror.port}/path?status=404`;
  const heads = await printed(() => ask(client, { httpDebug: "headers" }, [url]));
  assert.match(heads, new RegExp(`^GET ${url.replace("?", "\\?")}$`, "m"));
  assert.match(heads, /^> GET \/path\?status=404 HTTP\/1\.1$/m);
  assert.match(heads, /^< HTTP\/1\.1 404 Not Found$/m);
  assert.doesNotMatch(heads, /"path":/);
  const full = await printed(() => ask(client, { httpDebug: "full" }, [url]));
  assert.match(full, /^< \{"path":"\/path"/m);
  const failed = await printed(() => ask(client, { httpDebug: "full" }, ["http://127.0.0.1:1/"]));
  assert.match(failed, /^> GET \/ HTTP\/1\.1$/m);
  assert.match(failed, /^! connection_refused: connect to /m);
  assert.equal(await printed(() => ask(client, {}, [url])), "");
});
