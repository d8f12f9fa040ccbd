import assert from "node:assert/strict";
import { text } from "../_sockets_for_tests.ts";

/** The project's, which has the flag `net`. */
const CONFIG = ["--config", new URL("../../deno.json", import.meta.url).pathname];

/** Runs a module in a process of its own, with the given arguments: permissions, a configuration. */
async function run(code: string, args: readonly string[]): Promise<string> {
  const url = new URL("../mod.ts", import.meta.url).href;
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/script.ts`, code.replace("NET", url));
    const signal = AbortSignal.timeout(60_000); // One that doesn't end is killed.
    const { stdout, stderr } = await new Deno.Command("deno", {
      args: ["run", "--no-prompt", ...args, `${folder}/script.ts`],
      signal,
    }).output();
    return text(stdout)! + text(stderr)!;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a missing permission says what to allow", async () => {
  const code = `
    import { UDP } from "NET";
    for (const options of [{}, { multicastTtl: 1 }]) {
      await UDP.open("127.0.0.1:9000", options).catch((error) => console.log(error.code, error.message));
      await UDP.bind({ port: 9001, ...options }).catch((error) => console.log(error.code, error.message));
    }`;
  const opening = "permission_denied connect to 127.0.0.1:9000 failed: no permission to send " +
    "from 127.0.0.1:0, run with --allow-net=127.0.0.1:9000,127.0.0.1:0\n";
  const binding = "permission_denied listen on 127.0.0.1:9001 failed: no permission, " +
    "run with --allow-net=127.0.0.1:9001\n";
  const output = await run(code, [...CONFIG, "--allow-net=127.0.0.1:9000"]);
  assert.equal(output, (opening + binding).repeat(2));
});

Deno.test("sending where only the address of this side is allowed is refused", async () => {
  const code = `
    import { UDP } from "NET";
    for (const options of [{}, { multicastTtl: 1 }]) {
      await using socket = await UDP.open("127.0.0.1:9000", options);
      await socket.write(new Uint8Array(1)).catch((error) => console.log(error.code, error.message));
    }`;
  const output = await run(code, [...CONFIG, "--allow-net=127.0.0.1:0"]);
  const line = "permission_denied write to 127.0.0.1:9000 failed: no permission, " +
    "run with --allow-net=127.0.0.1:9000\n";
  assert.equal(output, line.repeat(2));
});

Deno.test("an unref'ed socket lets the process end, a ref'ed one doesn't", async () => {
  const code = `
    import { UDP } from "NET";
    const idle = await UDP.bind();
    idle.receive();
    idle.unref();
    const early = await UDP.bind();
    early.unref();
    early.receive();
    const socket = await UDP.bind({ idleTimeoutMs: 50 });
    socket.unref();
    socket.ref();
    socket.receive().catch((error) => console.log(error.code));`;
  assert.equal(await run(code, [...CONFIG, "--allow-net=127.0.0.1"]), "socket_closed\n");
});

Deno.test("without --unstable-net UDP goes over node:dgram; Unix datagrams name the flag", async () => {
  const code = `
    import { IPC, UDP } from "NET";
    console.log(typeof Deno.listenDatagram);
    await using server = await UDP.bind();
    await using client = await UDP.open("127.0.0.1:" + server.localAddress.port);
    await client.write(new TextEncoder().encode("question"));
    const { data, address } = await server.receive();
    await server.send(data.toReversed(), address);
    console.log(new TextDecoder().decode(await client.read()));
    const path = import.meta.dirname + "/a.sock";
    await IPC.bindDatagram(path).catch((error) =>
      console.log(error.code, error.message.replace(path, "PATH"))
    );`;
  // The configuration would bring the flag.
  const output = await run(code, ["--no-config", "--no-lock", "--allow-net=127.0.0.1"]);
  assert.deepEqual(output.trimEnd().split("\n"), [
    "undefined",
    "noitseuq",
    "socket_failed listen on PATH failed: Unix datagrams need deno run --unstable-net",
  ]);
});
