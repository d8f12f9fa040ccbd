import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../internal/fuzz_for_tests.ts";
import { entryOf, harOf, headers, runScript } from "./_run_for_tests.ts";
import { importScript } from "./mod.ts";

/** What could end a literal, a comment, a template or a script. */
const HOSTILE = [
  ...['"', "'", "`", "\\", "${", "}", "${process.exit()}", "*/", "//", "/*", "<!--", "-->"],
  ...["</script>", "<script>", "\n", "\r", "\r\n", "\t", "\0", "\u2028", "\u2029", "\u202e"],
  ...[
    "\u200b",
    "\ufeff",
    "\ud800",
    "\udc00",
    "😀",
    "é",
    "a",
    " ",
    "\x1b[31m",
    "\x7f",
    "@ts-nocheck",
  ],
  ...[
    "__proto__",
    "constructor",
    ");",
    "await ",
    "\\u0041",
    "::",
    "#",
    "$",
    "{{x}}",
    "%",
    "&",
    "=",
  ],
];

/** Names for properties, which JavaScript treats in ways of their own. */
const NAMES = ["__proto__", "constructor", "toString", "a-b", "1", "class", "", "hasOwnProperty"];

function jsonOf(random: Random, depth: number): unknown {
  switch (random.below(depth > 3 ? 4 : 6)) {
    case 0:
      return random.below(1000) / 8;
    case 1:
      return random.pick([true, false, null]);
    case 2:
    case 3:
      return random.text(8, HOSTILE);
    case 4:
      return random.list(4, () => jsonOf(random, depth + 1));
    default:
      return Object.fromEntries(
        random.list(4, () => [
          random.once(2) ? random.pick(NAMES) : random.text(5, HOSTILE),
          jsonOf(random, depth + 1),
        ]),
      );
  }
}

/** Scripts of hostile strings parse, and send just those strings. */
export const target: FuzzTarget = fuzzTarget({
  name: "script-literals",
  async run(random) {
    const json = { v: jsonOf(random, 0), text: random.text(12, HOSTILE) };
    // Halves of pairs have no place in a URL or a form.
    const field = random.text(8, HOSTILE).toWellFormed();
    const header = random.text(8, HOSTILE).replace(/[\0\r\n]/g, "").trim().toWellFormed();
    const title = random.text(8, HOSTILE);
    const raw = random.text(12, HOSTILE);
    const entries = [
      entryOf(
        "http://a.example/json",
        {
          method: "POST",
          postData: { mimeType: "application/json", text: JSON.stringify(json) },
        },
        {},
        { pageref: "p" },
      ),
      entryOf(
        `http://a.example/form?q=${encodeURIComponent(field)}`,
        {
          method: "POST",
          headers: headers({ "X-Odd": header }),
          postData: {
            mimeType: "application/x-www-form-urlencoded",
            text: new URLSearchParams([["f", field], ["g", "x"]]).toString(),
          },
        },
        {},
        { pageref: "p" },
      ),
      entryOf(
        `http://b.example/raw/${encodeURIComponent(field)}`,
        {
          method: "PUT",
          postData: { mimeType: "text/plain", text: `-${raw}` },
        },
        {},
        { pageref: "p" },
      ),
    ];
    const { script } = await importScript(
      random.text(5, HOSTILE),
      harOf(entries, [{ id: "p", title }]),
    );
    assert.doesNotMatch(script.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    assert.doesNotMatch(script, /<\/script|<!--/i);
    const { calls, groups, checks } = await runScript(script);
    assert.equal(calls.length, 3, script);
    assert.equal(checks.length, 3);
    assert.ok(groups.every((name) => name !== "" && !name.includes("::")));
    assert.ok(checks.every((name) => name !== "" && !name.includes("::")));
    const [first, second, third] = calls;
    const sent = first!.options.json ?? JSON.parse(String(first!.options.body));
    assert.equal(JSON.stringify(sent), JSON.stringify(json), script);
    assert.equal(new URL(second!.url, "http://a.example").searchParams.get("q"), field);
    const form = second!.options.form;
    assert.equal(
      (form as Record<string, string> | undefined)?.f ??
        new URLSearchParams(String(second!.options.body)).get("f"),
      field,
    );
    if (header !== "") {
      assert.equal((second!.options.headers as Record<string, string>)["X-Odd"], header);
    }
    assert.equal(third!.options.body, `-${raw}`, script);
    assert.equal(decodeURIComponent(new URL(third!.url).pathname.slice("/raw/".length)), field);
  },
});
