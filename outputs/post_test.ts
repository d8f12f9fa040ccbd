import assert from "node:assert/strict";
import { SendError } from "../runner/mod.ts";
import { envOf, INFO, sent, withServer } from "./_totals_for_tests.ts";
import { influxOutput } from "./influx/influx.ts";
import { otlpOutput } from "./otlp/otlp.ts";
import { prometheusOutput } from "./prometheus/remote_write.ts";

Deno.test("of an answer without end only the beginning is read", async () => {
  let written = 0;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          written += 4096;
          controller.enqueue(new Uint8Array(4096).fill(0x61));
        },
      }),
      { status: 400 },
    );
  await withServer(endless, async (origin) => {
    await assert.rejects(sent(prometheusOutput(origin, envOf()), new Uint8Array(1)), (error) => {
      assert.ok(error instanceof SendError && !error.retry);
      return error.message.endsWith(` answers 400: ${"a".repeat(200)}…`);
    });
  });
  assert.ok(written < 16 * 1024 * 1024, `${written} bytes`);
});

Deno.test("what the server says is one line, whatever it says", async () => {
  const answer = () => new Response("a\u001b[31m\r\n\tb\0", { status: 400 });
  await withServer(answer, async (origin) => {
    await assert.rejects(
      sent(prometheusOutput(origin, envOf()), new Uint8Array(1)),
      / answers 400: a \[31m b$/,
    );
  });
});

Deno.test("a port that fetch never connects to is not tried again", async () => {
  await assert.rejects(
    sent(prometheusOutput("http://127.0.0.1:6000/w", envOf()), new Uint8Array(1)),
    (error) => error instanceof SendError && !error.retry && /port 6000 are/.test(error.message),
  );
});

Deno.test("an aborted request ends at once", async () => {
  const { promise: hung, resolve: release } = Promise.withResolvers<Response>();
  const onListen = () => {};
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, () => hung);
  const abort = new AbortController();
  const output = prometheusOutput(`http://127.0.0.1:${server.addr.port}`, envOf());
  const sending = output.send!(new Uint8Array(1), abort.signal);
  abort.abort();
  await assert.rejects(sending, (error) => error instanceof SendError && error.retry);
  release(new Response());
  await server.shutdown();
});

Deno.test({
  name: "without the permission the start ends, with the flag that is missing",
  permissions: { net: ["127.0.0.1:1"] },
  async fn() {
    const outputs = [
      prometheusOutput("http://127.0.0.1/w", envOf()),
      otlpOutput("http://127.0.0.1", envOf()),
      influxOutput("http://127.0.0.1/db", envOf()),
    ];
    for (const output of outputs) {
      await assert.rejects(output.start!(INFO), /--allow-net=127\.0\.0\.1:80\)$/);
    }
    await assert.rejects(
      otlpOutput("https://[::1]", envOf()).start!(INFO),
      /--allow-net=\[::1\]:443\)$/,
    );
  },
});
