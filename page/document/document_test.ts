import assert from "node:assert/strict";
import { fakeRecord } from "../../results/record_for_tests.ts";
import { HOSTILE, hostileRecord } from "../data/pages_for_tests.ts";
import { pack, unpack } from "../data/pack.ts";
import { pageData } from "../data/page_data.ts";
import { markup, node } from "../drawing/node.ts";
import { renderPlots, renderReport } from "../report.ts";
import { ASSETS } from "./assets.ts";
import { contentPolicy, pageDocument } from "./document.ts";

/** A document without what the browser's code says in it. */
function withoutCode(html: string): string {
  return html.replace(ASSETS.script, () => "");
}

Deno.test("a report of ten minutes is one file of less than 400 KB that asks for nothing", async () => {
  const html = await renderReport(fakeRecord({ seconds: 600 }));
  assert.ok(html.length < 400_000, `${html.length} bytes`);
  const asks = /\s(src|href)\s*=|@import|url\(/i.exec(withoutCode(html));
  assert.equal(asks?.[0], undefined);
  assert.match(
    html,
    /http-equiv="Content-Security-Policy" content="default-src 'none'; script-src/,
  );
});

Deno.test("the data in a report is what was put there", async () => {
  const record = fakeRecord({ seconds: 5 });
  const html = await renderReport(record);
  const packed = /id="page-data">([^<]*)</.exec(html)![1]!;
  assert.deepEqual(JSON.parse(await unpack(packed)), JSON.parse(JSON.stringify(pageData(record))));
});

Deno.test("markup in names is text in a report, and ends no script", async () => {
  const html = await renderReport(hostileRecord());
  assert.equal(html.split(HOSTILE).length, 1, "it stands there as it was");
  assert.equal(withoutCode(html).match(/<script/g)!.length, 2, "the data and the code");
  assert.equal(withoutCode(html).includes("<img"), false);
  // Without scripts it can be read.
  assert.ok(html.includes("&lt;/script&gt;&lt;script&gt;globalThis.hacked=1"));
  assert.match(html, /<title>&lt;\/script&gt;/);
});

Deno.test("markup in names is text in plots, which are whole XML without control characters", () => {
  const plots = renderPlots(hostileRecord());
  assert.deepEqual(plots.map(({ name }) => name), [
    ...["rate.svg", "latency.svg", "heatmap.svg", "histogram.svg", "percentiles.svg", "vus.svg"],
  ]);
  for (const { name, text } of plots) {
    assert.match(text, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/, name);
    assert.doesNotMatch(text, /<script|<img/, name);
  }
  const odd = markup(node("text", { "aria-label": `"'&` }, "\u0000\u001b<\ud800>"));
  assert.equal(odd, '<text aria-label="&quot;&#39;&amp;">\ufffd\ufffd&lt;\ufffd&gt;</text>');
});

Deno.test("the code ends no script and the style no style", () => {
  assert.doesNotMatch(ASSETS.script, /<\/script|<!--/i);
  assert.doesNotMatch(ASSETS.style, /<\/style|<!--/i);
});

Deno.test("the policy lets in this code and style alone; a live page may ask its server", async () => {
  const parts = { script: "let a", style: "b{}" };
  const hash = async (text: string) => {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return new Uint8Array(bytes).toBase64();
  };
  const common = `default-src 'none'; script-src 'sha256-${await hash("let a")}'; ` +
    `style-src 'sha256-${await hash("b{}")}'; img-src data:; `;
  const end = "base-uri 'none'; form-action 'none'";
  assert.equal(await contentPolicy({ ...parts, data: "x" }), common + end);
  assert.equal(
    await contentPolicy({ ...parts, data: null }),
    `${common}connect-src 'self'; ${end}`,
  );
  const live = await pageDocument({ ...parts, title: "t", data: null, fallback: "" });
  assert.doesNotMatch(live, /http-equiv="Content-Security-Policy"|page-data/);
});

Deno.test("what is packed is unpacked, whatever it holds", async () => {
  for (const text of ["", "a", HOSTILE, "ü€😀".repeat(50_000)]) {
    const packed = await pack(text);
    assert.match(packed, /^[A-Za-z0-9+/=]*$/);
    assert.equal(await unpack(packed), text);
  }
});

Deno.test("where scripts are off a report shows what failed and how each shard ended", async () => {
  const html = withoutCode(await renderReport(hostileRecord()));
  assert.match(html, /The first calls that failed/);
  assert.ok(html.includes("&lt;h1&gt;&lt;/script&gt;"));
  assert.match(html, /<h2>Shards<\/h2>/);
});
