import assert from "node:assert/strict";
import { programTest } from "../../internal/programs_for_tests.ts";
import { startLoadServer } from "../_load_server_for_tests.ts";
import { connectRpc } from "./connect.ts";

await programTest(["go"], "Go's server answers many calls in flight, each once", async () => {
  await using server = await startLoadServer();
  await using client = await connectRpc(server.address);
  let answered = 0;
  const user = async (): Promise<void> => {
    for (let i = 0; i < 40; i++) {
      await client.call("Server.Run");
      answered++;
    }
  };
  await Promise.all(Array.from({ length: 256 }, user));
  assert.equal(answered, 40 * 256);
  assert.equal(client.inFlight, 0);
  const lines = (await server.output()).trimEnd().split("\n");
  assert.equal(lines.length, 40 * 256);
});

await programTest(
  ["go"],
  "an error of Go's server is the call's, and the next call goes on",
  async () => {
    await using server = await startLoadServer("-fail-first 2");
    await using client = await connectRpc(server.address);
    for (let i = 0; i < 2; i++) {
      await assert.rejects(client.call("Server.Run"), {
        code: "rpc_error",
        message: "the target said no",
        phase: "call",
      });
    }
    await client.call("Server.Run");
    await assert.rejects(client.call("Server.None"), {
      code: "rpc_error",
      message: /can't find method/,
    });
    await client.call("Server.Run");
  },
);

await programTest(["go"], "a server that goes in the middle fails what is in flight", async () => {
  await using server = await startLoadServer("-take 20ms -exit-after 5");
  await using client = await connectRpc(server.address);
  const calls = await Promise.allSettled(
    Array.from({ length: 10 }, () => client.call("Server.Run")),
  );
  const failed = calls.filter((call) => call.status === "rejected");
  assert(failed.length >= 5);
  for (const { reason } of failed) assert.equal(reason.code, "rpc_closed");
});
