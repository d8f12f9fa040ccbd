import assert from "node:assert/strict";
import { result } from "../_results_for_tests.ts";
import { freeTime, pointLines } from "./points.ts";

const NOW = 1_700_000_000_123;

Deno.test("a result is a point as go-lo's collector writes it", () => {
  const one = result(0, {
    url: "http://h/a b,c=d",
    timestamp: "2018-07-20T10:00:00.123456789Z",
    error: "dial tcp: no\nroute",
    status: 0,
  });
  assert.equal(
    pointLines([one], 0, NOW),
    "request,url=http://h/a\\ b\\,c\\=d,method=GET,status=0,error=dial\\ tcp:\\ no\\ route" +
      " size=512,duration=2000000 1532080800123456789\n",
  );
});

Deno.test("tags that would be empty are left out, errors of other types are JSON", () => {
  const one = result(0, {
    url: "",
    method: "",
    error: { Op: "dial" },
    timestamp: "2018-07-20T10:00:00.5+02:00",
  });
  assert.equal(
    pointLines([one], 7, NOW),
    'request,status=200,error={"Op":"dial"} size=512,duration=2000000 1532073600500000007\n',
  );
});

Deno.test("times get the digits that their clock does not have from the rank", () => {
  const table: [timestamp: string, rank: number, time: string][] = [
    ["2018-07-20T10:00:00Z", 0, "1532080800000000000"],
    ["2018-07-20T10:00:00.12Z", 1_234_567, "1532080800120234567"],
    ["2018-07-20T10:00:00.1234Z", 1_234_567, "1532080800123400567"],
    ["2018-07-20T10:00:00.123456Z", 12, "1532080800123456012"],
    ["2018-07-20T10:00:00.1234567Z", 123, "1532080800123456723"],
    ["2018-07-20T10:00:00.12345678Z", 123, "1532080800123456783"],
    ["2018-07-20T10:00:00.123456789Z", 123, "1532080800123456789"],
    ["never", 5, "1700000000123000005"],
    ["0001-01-01T00:00:00Z", 5, "1700000000123000005"],
  ];
  for (const [timestamp, rank, time] of table) {
    assert.equal(
      pointLines([result(0, { timestamp })], rank, NOW).split(" ")[2],
      `${time}\n`,
      timestamp,
    );
  }
});

Deno.test("points of one batch don't replace each other, and the same batch gives the same", () => {
  const batch = Array.from(
    { length: 256 },
    (_, i) =>
      result(i, {
        timestamp: i % 2 === 0 ? "2018-07-20T10:00:00.123456789Z" : "2018-07-20T10:00:00Z",
      }),
  );
  const lines = pointLines(batch, 512, NOW).trimEnd().split("\n");
  assert.equal(new Set(lines.map((line) => line.split(" ").at(-1))).size, 256);
  assert.equal(pointLines(batch, 512, NOW + 999), pointLines(batch, 512, NOW));
});

Deno.test("100,000 results of one time are 100,000 points, in steps that grow with their number", () => {
  const timestamp = "2018-07-20T10:00:00.123456789Z";
  const lines = pointLines(Array.from({ length: 100_000 }, () => result(0, { timestamp })), 0, NOW);
  assert.equal(new Set(lines.trimEnd().split("\n")).size, 100_000);
});

Deno.test("a free time is found in few steps, whatever the times are, and is the next one", () => {
  const orders: Record<string, (i: number) => number> = {
    "one time": () => 0,
    "two times": (i) => i % 2,
    "upwards, after one time": (i) => i < 1000 ? 0 : i - 1000,
    "downwards": (i) => 2000 - i,
    "downwards, each twice": (i) => 2000 - (i >> 1),
  };
  for (const [name, order] of Object.entries(orders)) {
    let steps = 0;
    class Counted extends Map<string, string> {
      override get(key: string): string | undefined {
        steps++;
        return super.get(key);
      }
    }
    const taken = new Counted();
    const plain = new Set<number>();
    for (let i = 0; i < 2000; i++) {
      let time = order(i);
      const free = freeTime(taken, "head", String(time));
      while (plain.has(time)) time++;
      plain.add(time);
      assert.equal(free, String(time), name);
    }
    assert.ok(steps < 10 * 2000, `${name}: ${steps} steps`);
  }
});

Deno.test("a tag is never endless, nor half a character", () => {
  const [line] = pointLines(
    [result(0, { url: `${"x".repeat(999)}😀`, error: "e".repeat(70_000) })],
    0,
    NOW,
  ).split("\n");
  assert.ok(line!.length < 2200);
  assert.ok(line!.isWellFormed());
});
