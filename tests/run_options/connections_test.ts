import assert from "node:assert/strict";
import { Client } from "@downpour/downpour/http";
import http from "k6/http";
import { makeSelfSigned } from "../../internal/certs_for_tests.ts";
import { CLIENTS, forEachClient, mirrored, runWith, startMirror } from "./_run_for_tests.ts";

const selfSigned = await makeSelfSigned("localhost");

/** Connections that three iterations of two requests each take. */
async function connectionsOf(
  client: string,
  options: Record<string, unknown>,
  secure?: { readonly cert: string; readonly key: string },
): Promise<number> {
  await using mirror = startMirror(secure);
  const url = `${secure ? "https" : "http"}://127.0.0.1:${mirror.port}/`;
  await runWith({ vus: 1, iterations: 3, insecureSkipTLSVerify: true, ...options }, async () => {
    const asker = CLIENTS[client]!();
    for (let i = 0; i < 2; i++) assert.equal((await asker.get(url)).status, 200);
    asker.close();
  });
  return mirror.connections();
}

for (const [version, secure] of [["HTTP/1.1", undefined], ["HTTP/2", selfSigned]] as const) {
  for (const client of ["fetch", "k6/http"]) {
    Deno.test(`connections last, one iteration or one request: ${client} over ${version}`, async () => {
      assert.equal(await connectionsOf(client, {}, secure), 1);
      assert.equal(await connectionsOf(client, { noVUConnectionReuse: true }, secure), 3);
      assert.equal(await connectionsOf(client, { noConnectionReuse: true }, secure), 6);
    });
  }
  Deno.test(`noConnectionReuse: a Client over ${version} connects for each request`, async () => {
    assert.equal(await connectionsOf("Client", {}, secure), 3);
    assert.equal(await connectionsOf("Client", { noConnectionReuse: true }, secure), 6);
  });
}

Deno.test("noConnectionReuse: requests at once over HTTP/2 have a connection each", async () => {
  await using mirror = startMirror(selfSigned);
  const url = `https://127.0.0.1:${mirror.port}/`;
  const options = { insecureSkipTLSVerify: true, noConnectionReuse: true };
  const protocols = new Set<string | null>();
  await runWith(options, async () => {
    await using client = new Client();
    const responses = await Promise.all(Array.from({ length: 5 }, () => client.get(url)));
    for (const { protocol } of responses) protocols.add(protocol);
  });
  assert.deepEqual([...protocols], ["HTTP/2.0"]);
  assert.equal(mirror.connections(), 5);
});

for (const client of ["fetch", "k6/http"]) {
  Deno.test(`noCookiesReset: cookies stay from iteration to iteration (${client})`, async () => {
    await using mirror = startMirror();
    for (const noCookiesReset of [false, true]) {
      const sent: (string | undefined)[] = [];
      await runWith({ vus: 1, iterations: 3, noCookiesReset }, async () => {
        const answer = await CLIENTS[client]!().get(`http://127.0.0.1:${mirror.port}/`);
        sent.push(mirrored(answer).headers["cookie"]);
      });
      const later = noCookiesReset ? "seen=1" : undefined;
      assert.deepEqual(sent, [undefined, later, later]);
    }
  });
}

forEachClient("rps: requests wait for their turns, redirects too", async (client) => {
  await using mirror = startMirror();
  const url = `http://127.0.0.1:${mirror.port}/`;
  const begin = performance.now();
  await runWith({ vus: 3, iterations: 6, rps: 200 }, async () => {
    const asker = CLIENTS[client]!();
    await asker.get(`${url}?to=${url}`);
    asker.close();
  });
  // Twelve requests have eleven gaps of 5 ms: the shortest time there is.
  assert.ok(performance.now() - begin >= 55);
});

Deno.test("rps: what waits for its turn when the run ends is not sent", async () => {
  await using mirror = startMirror();
  const options = {
    rps: 1,
    scenarios: { s: { executor: "constant-vus", vus: 3, duration: "1s", gracefulStop: "0s" } },
  };
  const url = `http://127.0.0.1:${mirror.port}/`;
  const result = await runWith(options, async () => {
    await http.get(url).catch(() => {});
  });
  assert.ok(result.iterations.interrupted >= 1);
});
