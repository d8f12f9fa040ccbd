import assert from "node:assert/strict";
import { natsTransport } from "./client.ts";
import { natsServer } from "./server.ts";
import { channelSubject, invocationSubject } from "./subjects.ts";

Deno.test("subjects are those of SPEC.md", () => {
  const [instance, name] = ["xk6:wrpc/blaster@0.0.1", "blast"];
  assert.equal(
    invocationSubject("default", instance, name),
    "default.wrpc.0.0.1.xk6:wrpc/blaster@0.0.1.blast",
  );
  assert.equal(invocationSubject("", "", "run"), "wrpc.0.0.1.run");
  assert.equal(channelSubject("_INBOX.a.params", [0, 1, 0]), "_INBOX.a.params.0.1.0");
  assert.equal(channelSubject("_INBOX.a.results", []), "_INBOX.a.results");
});

for (
  const [option, options] of [
    ["prefix", { prefix: "a..b" }],
    ["prefix", { prefix: "a b" }],
    ["prefix", { prefix: "a.*" }],
    ["prefix", { prefix: 7 }],
    ["url", { url: "nats://a", urls: ["nats://b"] }],
    ["name", { connection: {}, name: "x" }],
    ["url", { connection: {}, url: "x" }],
  ] as const
) {
  Deno.test(`${JSON.stringify(options)} is refused: ${option}`, () => {
    assert.throws(() => natsTransport(options as object), { name: "OptionError", option });
    assert.throws(() => natsServer(options as object), { name: "OptionError", option });
  });
}

Deno.test("what isn't known of a server's options is refused", () => {
  assert.throws(() => natsServer({ queueGroup: "a b" }), { option: "queueGroup" });
  assert.throws(() => natsServer({ maxInvocations: 0 }), { option: "maxInvocations" });
});

Deno.test("what isn't known of connecting fails with the first call", async () => {
  const transport = natsTransport({ tiemout: 3 } as object);
  const call = transport.invoke("a", "b", new Uint8Array(0), [], { timeoutMs: 1000 });
  await assert.rejects(call, { code: "connection_failed", message: /did you mean timeout/ });
  await transport.close();
});
