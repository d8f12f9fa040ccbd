import assert from "node:assert/strict";
import { metric } from "../_totals_for_tests.ts";
import { readLines } from "./_read_lines_for_tests.ts";
import { type FieldType, lineHead, tagFields } from "./lines.ts";

const REQUESTS = metric("http_reqs", "counter");
const tagsOf = (tags: Record<string, string>) => ({ entries: Object.entries(tags) });

const HEADS: [tags: Record<string, string>, head: string][] = [
  [{}, "http_reqs"],
  [{ method: "GET", status: "200" }, "http_reqs,method=GET,status=200"],
  [{ name: "a b,c=d" }, "http_reqs,name=a\\ b\\,c\\=d"],
  [{ "k e,y=": "v" }, "http_reqs,k\\ e\\,y\\==v"],
  [{ path: "C:\\a b" }, "http_reqs,path=C:\\a\\ b"],
  [{ path: "C:\\dir\\" }, "http_reqs,path=C:\\dir/"],
  [{ path: "\\\\" }, "http_reqs,path=//"],
  [{ text: "a\r\nb" }, "http_reqs,text=a\\ \\ b"],
  [{ empty: "" }, "http_reqs"],
  [{ time: "now", _field: "f" }, "http_reqs,tag_time=now,tag__field=f"],
  [{ quote: '"ü"' }, 'http_reqs,quote="ü"'],
];

Deno.test("measurement and tags are escaped", () => {
  for (const [tags, head] of HEADS) assert.equal(lineHead(REQUESTS, tagsOf(tags)), head);
});

Deno.test("tags are fields of the type that is asked for, or none", () => {
  const types = new Map<string, FieldType>([
    ["url", "string"],
    ["vu", "int"],
    ["share", "float"],
    ["ok", "bool"],
  ]);
  const cases: [tags: Record<string, string>, fields: string][] = [
    [{ url: 'a"b\\c, =', vu: "7" }, ',url="a\\"b\\\\c, =",vu=7i'],
    [{ vu: "seven", share: "x", ok: "1", other: "y" }, ""],
    [{ vu: "-3", share: "1e3", ok: "true" }, ",vu=-3i,share=1000,ok=true"],
    [{ vu: "99999999999999999999", share: " ", url: "" }, ""],
  ];
  for (const [tags, fields] of cases) assert.equal(tagFields(tagsOf(tags), types), fields);
  const head = lineHead(REQUESTS, tagsOf({ url: "x", vu: "1", method: "GET" }), types);
  assert.equal(head, "http_reqs,method=GET");
});

Deno.test("generated tags are read as what they were, but for what has no escape", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  const alphabet = [..."ab\\, =\"'\n\r\t#|:;ü€😀"];
  const text = () =>
    Array.from({ length: random(7) }, () => alphabet[random(alphabet.length)]).join("");
  const expected = (value: string) =>
    value.replace(/[\r\n]/g, " ").replace(/\\+$/, (end) => "/".repeat(end.length));
  for (let round = 0; round < 3000; round++) {
    const tags = { [`k${text()}`]: text(), z: text() };
    const types = new Map<string, FieldType>([["url", "string"]]);
    const url = text().replace(/[\r\n]/g, "");
    const line = `${lineHead(REQUESTS, tagsOf(tags))} value=1${
      tagFields(tagsOf({ url }), types)
    } 12\n`;
    try {
      const [read, ...more] = readLines(line);
      const wanted = Object.entries(tags).filter(([, value]) => value !== "")
        .map(([key, value]) => [expected(key), expected(value)]);
      assert.deepEqual(more, []);
      assert.equal(read!.measurement, "http_reqs");
      assert.deepEqual(read!.tags, Object.fromEntries(wanted));
      assert.equal(read!.time, "12");
    } catch (error) {
      throw new Error(`seed ${seed}, round ${round}: ${JSON.stringify(line)}`, { cause: error });
    }
  }
});
