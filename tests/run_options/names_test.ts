import assert from "node:assert/strict";
import { Client, HttpError } from "@downpour/downpour/http";
import { NetError, TCP, UDP } from "@downpour/downpour/net";
import { startEcho } from "../../targets/mod.ts";
import { ask, forEachClient, mirrored, runWith, startMirror } from "./_run_for_tests.ts";

async function codeOf(open: () => Promise<{ close(): void }>): Promise<string> {
  try {
    (await open()).close();
    return "open";
  } catch (error) {
    assert.ok(error instanceof NetError || error instanceof HttpError, String(error));
    return error.code;
  }
}

forEachClient("hosts: a name goes to its address, and stays in the Host field", async (client) => {
  await using mirror = startMirror();
  const { port } = mirror;
  const options = {
    hosts: {
      "shop.invalid": `127.0.0.1:${port}`,
      "*.cdn.invalid": "127.0.0.1",
      [`api.invalid:${port}`]: "127.0.0.1",
    },
  };
  const urls = [
    "http://shop.invalid/a",
    `http://one.two.cdn.invalid:${port}/b`,
    `http://api.invalid:${port}/c`,
  ];
  const answers = await ask(client, options, urls);
  assert.deepEqual(answers.map(({ message }) => message), ["", "", ""]);
  assert.deepEqual(answers.map((answer) => mirrored(answer).headers["host"]), [
    "shop.invalid",
    `one.two.cdn.invalid:${port}`,
    `api.invalid:${port}`,
  ]);
});

forEachClient("blockHostnames: code 1111, on the way of a redirect too", async (client) => {
  await using mirror = startMirror();
  const base = `http://127.0.0.1:${mirror.port}/`;
  const answers = await ask(client, {
    blockHostnames: ["blocked.invalid", "*.evil.invalid"],
    hosts: { "*": "127.0.0.1" },
  }, [
    "http://blocked.invalid/",
    "http://a.b.EVIL.invalid./",
    `${base}?to=http://blocked.invalid:${mirror.port}/`,
    `http://evil.invalid:${mirror.port}/`,
  ]);
  assert.deepEqual(answers.map(({ code }) => code), [1111, 1111, 1111, 0]);
  assert.match(answers[0]!.message, /blocked\.invalid:80 failed: blockHostnames has blocked\.inv/);
});

forEachClient("blacklistIPs: code 1110 for addresses, names and redirects", async (client) => {
  await using mirror = startMirror();
  const { port } = mirror;
  const answers = await ask(client, {
    blacklistIPs: ["127.0.0.2/31", "::ffff:127.0.0.4"],
    hosts: { "inside.invalid": "127.0.0.3", "outside.invalid": "127.0.0.1" },
  }, [
    `http://127.0.0.2:${port}/`,
    `http://inside.invalid:${port}/`,
    `http://127.0.0.4:${port}/`,
    `http://127.0.0.1:${port}/?to=http://inside.invalid:${port}/`,
    `http://outside.invalid:${port}/`,
  ]);
  assert.deepEqual(answers.map(({ code }) => code), [1110, 1110, 1110, 1110, 0]);
});

Deno.test("what is blocked is blocked behind proxies and a dial of the script's too", async () => {
  await using mirror = startMirror();
  const { port } = mirror;
  const options = { blockHostnames: ["blocked.invalid"], blacklistIPs: ["10.0.0.0/8"] };
  const codes: number[] = [];
  await runWith(options, async () => {
    const proxied = new Client({ proxy: `http://127.0.0.1:${port}` });
    const dialled = new Client({ dial: () => TCP.open(`127.0.0.1:${port}`) });
    for (const client of [proxied, dialled]) {
      for (const host of ["blocked.invalid", "10.1.2.3", "free.invalid"]) {
        codes.push((await client.get(`http://${host}/`)).errorCode);
      }
      client.close();
    }
  });
  assert.deepEqual(codes, [1111, 1110, 0, 1111, 1110, 0]);
});

Deno.test("a name that moves to a blocked address is blocked from then on", async () => {
  await using mirror = startMirror();
  const answers = ["127.0.0.1", "127.0.0.9"];
  const codes: number[] = [];
  await runWith({ blacklistIPs: ["127.0.0.9"] }, async () => {
    await using client = new Client({
      dial: (address) => TCP.open(address, { lookup: () => answers.shift() }),
      noConnectionReuse: true,
    });
    for (let i = 0; i < 2; i++) {
      codes.push((await client.get(`http://moving.invalid:${mirror.port}/`)).errorCode);
    }
  });
  assert.deepEqual(codes, [0, 1110]);
});

Deno.test("raw sockets follow hosts, blockHostnames and blacklistIPs", async () => {
  await using echo = await startEcho();
  const codes: string[] = [];
  await runWith({
    hosts: { "echo.invalid:1": echo.tcp, "echo.invalid:2": echo.udp, "bad.invalid": "127.0.0.9" },
    blockHostnames: ["blocked.invalid"],
    blacklistIPs: ["127.0.0.9"],
  }, async () => {
    for (const host of ["echo", "bad", "blocked"]) {
      codes.push(await codeOf(() => TCP.open(`${host}.invalid:1`)));
      codes.push(await codeOf(() => UDP.open(`${host}.invalid:2`)));
    }
  });
  const expected = ["open", "address_blocked", "host_blocked"];
  assert.deepEqual(codes, expected.flatMap((code) => [code, code]));
});

Deno.test("dns: a policy says which addresses of a name are used", async () => {
  await using mirror = startMirror();
  const url = `http://localhost:${mirror.port}/`;
  for (const [policy, ip] of [["onlyIPv4", "127.0.0.1"], ["preferIPv4", "127.0.0.1"]] as const) {
    const [answer] = await ask("Client", { dns: { policy } }, [url]);
    assert.equal(mirrored(answer!).ip, ip, policy);
  }
  const [none] = await ask("Client", { dns: { policy: "onlyIPv6" } }, [url]);
  // Refused at ::1, or localhost has no such address.
  assert.ok([1212, 1101].includes(none!.code), String(none!.code));
});

Deno.test("hosts and lookup events go together", async () => {
  await using mirror = startMirror();
  const told: (readonly string[])[] = [];
  await runWith({ hosts: { "shop.invalid": `127.0.0.1:${mirror.port}` } }, async () => {
    await using client = new Client();
    client.on("lookupEnd", ({ data }) => void told.push(data.addresses));
    assert.equal((await client.get("http://shop.invalid/")).status, 200);
  });
  assert.deepEqual(told, [["127.0.0.1"]]);
});

forEachClient("localIPs: users connect from them in turn", async (client) => {
  await using mirror = startMirror();
  const { CLIENTS } = await import("./_run_for_tests.ts");
  const ips: string[] = [];
  const options = {
    scenarios: { s: { executor: "per-vu-iterations", vus: 5, iterations: 1 } },
    localIPs: "127.0.0.11-127.0.0.13",
  };
  await runWith(options, async () => {
    const asker = CLIENTS[client]!();
    ips.push(mirrored(await asker.get(`http://127.0.0.1:${mirror.port}/`)).ip);
    asker.close();
  });
  const expected = ["11", "11", "12", "12", "13"].map((last) => `127.0.0.${last}`);
  assert.deepEqual(ips.toSorted(), expected);
});

Deno.test("localIPs: raw sockets come from them too, and their own localAddress goes first", async () => {
  await using echo = await startEcho();
  const locals: (string | undefined)[] = [];
  await runWith({ localIPs: ["127.0.0.21"] }, async () => {
    for (const options of [{}, { localAddress: "127.0.0.22" }]) {
      const sockets = [await TCP.open(echo.tcp, options), await UDP.open(echo.udp, options)];
      for (const socket of sockets) {
        locals.push(socket.localAddress?.ip);
        socket.close();
      }
    }
  });
  assert.deepEqual(locals, ["127.0.0.21", "127.0.0.21", "127.0.0.22", "127.0.0.22"]);
});
