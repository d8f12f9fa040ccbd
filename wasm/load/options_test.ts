import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { NetError } from "../../net/mod.ts";
import { PacketError } from "../errors.ts";
import { PacketLoad, type PacketLoadOptions } from "./mod.ts";

const endpoints = ["127.0.0.1:9"];

Deno.test("options that can't be used are named", () => {
  const table: [options: object, option: string][] = [
    [{ endpoints: [] }, "endpoints"],
    [{ session: "tpc" }, "session"],
    [{ sesion: "tcp" }, "sesion"],
    [{ headerSize: -1 }, "headerSize"],
    [{ headerSize: 65_537 }, "headerSize"],
    [{ read: true }, "headerSize"],
    [{ bodyMax: 2 ** 31 }, "bodyMax"],
    [{ sampleRate: 0 }, "sampleRate"],
    [{ repeat: 1 }, "repeat"],
    [{ read: "yes" }, "read"],
    [{ length: { length: 9 } }, "length.length"],
    [{ length: { length: 4, endian: "middle" } }, "length.endian"],
    [{ packets: { a: 5 } }, "packets.a"],
    [{ handler: {} }, "handler"],
    [{ segment: { index: 2, count: 2 } }, "segment.index"],
  ];
  for (const [options, option] of table) {
    assert.throws(
      () => new PacketLoad({ endpoints, ...options } as PacketLoadOptions),
      (error) => error instanceof OptionError && error.option === option,
      JSON.stringify(options),
    );
  }
  assert.throws(() => new PacketLoad({ endpoints: ["127.0.0.1"] }), NetError);
});

Deno.test("sends that can't be are named, before anything is sent", async () => {
  await using load = new PacketLoad({ endpoints, packets: { hello: "hello", none: "" } });
  load.create(2);
  const table: [packet: string, options: object, code: string][] = [
    ["hallo", {}, "packet_unknown"],
    ["none", {}, "packet_unknown"],
    ["toString", {}, "packet_unknown"],
    ["hello", { copies: 0 }, "option_invalid"],
    ["hello", { copy: 1 }, "option_invalid"],
    ["hello", { counter: { length: 9 } }, "option_invalid"],
    ["hello", { counter: { length: 4, start: 2 } }, "packet_unknown"],
    ["hello", { counter: { length: 4, step: 0.5 } }, "option_invalid"],
    ["hello", { timestamp: { length: 4, unit: "days" } }, "option_invalid"],
  ];
  for (const [packet, options, code] of table) {
    await assert.rejects(
      load.send(0, 2, packet, options),
      (error) =>
        (error instanceof OptionError || error instanceof PacketError) && error.code === code,
      JSON.stringify([packet, options]),
    );
  }
});

Deno.test("ranges and sessions that aren't there are refused", async () => {
  await using load = new PacketLoad({ endpoints, packets: { hello: "hello" } });
  for (const sessions of [0, 1.5, 2_000_000]) {
    assert.throws(() => load.create(sessions), OptionError);
  }
  load.create(2);
  for (const [from, to] of [[0, 3], [2, 1], [-1, 1], [0, 0.5]]) {
    await assert.rejects(load.connect(from, to), OptionError);
    await assert.rejects(load.send(from!, to!, "hello"), OptionError);
  }
  assert.throws(() => load.session(2), OptionError);
  await assert.rejects(load.session(0).receive(), OptionError);
});

Deno.test("a session that repeats does not keep steps without end", async () => {
  await using load = new PacketLoad({ endpoints, packets: { hello: "hello" }, repeat: true });
  load.create(1);
  for (let i = 0; i < 10_000; i++) load.prepare(0, 1, "hello");
  assert.throws(() => load.prepare(0, 1, "hello"), OptionError);
});
