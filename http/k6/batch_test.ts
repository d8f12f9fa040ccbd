import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { asUser, serve } from "./_user_for_tests.ts";
import http, { type BatchRequest, type Response as K6Response } from "./mod.ts";

const echo = async (request: Request): Promise<Response> =>
  new Response(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);

Deno.test("a batch takes every shape of a request, and gives its own shape back", async () => {
  await using server = serve(echo);
  const url = `${server.url}/x`;
  const cases: [request: BatchRequest, body: string][] = [
    [url, "GET /x "],
    [new URL(url), "GET /x "],
    [http.url`${server.url}/${"y"}`, "GET /y "],
    [[url], "GET /x "],
    [["GET", url], "GET /x "],
    [["GET", url, null, { tags: { a: "b" } }], "GET /x "],
    [["POST", url, "text"], "POST /x text"],
    [["PUT", url, { a: 1 }, null], "PUT /x a=1"],
    [{ url }, "GET /x "],
    [{ method: "PATCH", url, body: "p", params: { headers: { a: "b" } } }, "PATCH /x p"],
  ];
  await asUser(async () => {
    const list = await http.batch(cases.map(([request]) => request));
    assert.deepEqual(list.map(({ body }) => body), cases.map(([, body]) => body));
    const named = await http.batch({ a: url, b: ["POST", url, "x"] });
    const { a, b }: { a: K6Response; b: K6Response } = named;
    assert.deepEqual([Object.keys(named), a.body, b.body], [["a", "b"], "GET /x ", "POST /x x"]);
    assert.deepEqual(await http.batch([]), []);
    assert.deepEqual(await http.batch({}), {});
  });
});

Deno.test("a batch with something that is no request sends none", async () => {
  let count = 0;
  await using server = serve(() => new Response(String(++count)));
  await asUser(async () => {
    const bad: unknown[] = [3, null, [], [1, server.url], { uri: "x" }, {
      url: server.url,
      parms: {},
    }];
    for (const request of bad) {
      await assert.rejects(http.batch([server.url, request as string]), OptionError);
    }
    await assert.rejects(http.batch("x" as unknown as []), OptionError);
  });
  assert.equal(count, 0);
});

Deno.test("a batch sends six requests at once to a host, and all of them in the end", async () => {
  let [now, most] = [0, 0];
  const six = Promise.withResolvers<void>();
  await using server = serve(async () => {
    most = Math.max(most, ++now);
    if (now === 6) six.resolve();
    await six.promise; // Time for a seventh, if there were one:
    await new Promise((resolve) => setTimeout(resolve, 5));
    now--;
    return new Response("x");
  });
  await asUser(async () => {
    const responses = await http.batch(Array.from({ length: 25 }, () => server.url));
    assert.equal(responses.filter(({ status }) => status === 200).length, 25);
  });
  assert.equal(most, 6);
});

Deno.test("a failed request of a batch is a response, and rejects the batch where throw is on", async () => {
  await using server = serve(echo);
  await asUser(async () => {
    const [bad, good] = await http.batch(["not a url", server.url]);
    assert.deepEqual([bad!.error_code, good!.status], [1020, 200]);
    await assert.rejects(
      http.batch([server.url, ["GET", "not a url", null, { throw: true }]]),
      { code: "url_invalid" },
    );
  });
});
