import assert from "node:assert/strict";
import { freePort } from "../internal/programs_for_tests.ts";
import { COMMAND, downpour, start, withScript } from "./_process_for_tests.ts";

/** Escaped differently in JSON, XML and URLs. */
const SECRET = `hun"ter/2 &ümlaut`;
const LOADING = `
  import { check, group } from "k6";
  import { Counter } from "k6/metrics";
  import secrets from "k6/secrets";
  import http from "k6/http";
`;
const SCRIPT = `
  ${LOADING}
  const seen = new Counter("seen");
  export const options = {
    vus: 1, iterations: 3, tags: { team: __ENV.SECRET },
    thresholds: { "seen{token:***}": ["count>5"], checks: ["rate>0.9"] },
  };
  export default async function () {
    const secret = await secrets.get("key");
    console.log("log " + secret);
    console.error({ inside: secret });
    seen.add(1, { token: secret });
    await group("group " + secret, async () => {
      check(1, { ["check " + secret]: () => false });
      await http.get(__ENV.TARGET + "/p/" + encodeURIComponent(secret) + "?q=" + encodeURIComponent(secret));
    });
    throw new Error("thrown " + secret);
  }
  export async function teardown() {
    throw new Error("teardown " + (await secrets.get("key")));
  }
`;
const SUMMARY = `${SCRIPT}
  export async function handleSummary(data) {
    return { stdout: "own " + JSON.stringify(data) + (await secrets.get("key")) };
  }
`;

/** Every way in which the secret could be written. */
const FORMS = [
  SECRET,
  JSON.stringify(SECRET).slice(1, -1),
  encodeURIComponent(SECRET),
  encodeURI(SECRET),
  SECRET.replaceAll("&", "&amp;").replaceAll('"', "&quot;"),
  "hun",
  "mlaut",
];

function assertHidden(what: string, text: string): void {
  for (const form of FORMS) {
    const at = text.indexOf(form);
    assert.equal(at, -1, `${what} holds it: ${text.slice(Math.max(0, at - 60), at + 60)}`);
  }
}

/** Calls with a script, a file of secrets, and a target. */
async function withSecret(
  script: string,
  use: (path: string, args: string[]) => Promise<void>,
): Promise<void> {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("ok"),
  );
  await withScript(script, async (path) => {
    await Deno.writeTextFile(`${path}.secrets`, `key=${SECRET}\n`);
    await use(path, [
      ...["--secret-source", `file=${path}.secrets`, "--shards", "1"],
      ...["-e", `SECRET=${SECRET}`],
      ...["-e", `TARGET=http://127.0.0.1:${server.addr.port}`],
    ]);
  });
}

for (const [where, inline] of [["of a shard process", []], ["inline", ["--inline"]]] as const) {
  Deno.test(`a secret is in none of a run's outputs ${where}`, async () => {
    await withSecret(SCRIPT, async (path, args) => {
      const given = inline.length > 0 ? args.filter((one) => !/^(--shards|1)$/.test(one)) : args;
      const files = ["json", "csv", "junit"].map((kind) => [kind, `${path}.${kind}`] as const);
      const outs = files.flatMap(([kind, file]) => ["-o", `${kind}=${file}`]);
      const summary = ["--summary-json", `${path}.summary`];
      const { code, stdout, stderr } = await downpour(
        ...["run", path, ...given, ...inline, ...outs, ...summary],
      );
      assert.equal(code, 107, stderr);
      assertHidden("standard output", stdout);
      assertHidden("standard error", stderr);
      assert.match(stdout, /✗ seen\{token:\*\*\*\} .*count>5 +3$/m);
      for (const text of [/group \*\*\*/, /check \*\*\*/, /p\/\*\*\*/]) assert.match(stdout, text);
      // Within this process a script's console is the command's own.
      assert.match(inline.length > 0 ? stdout : stderr, /log \*\*\*/);
      for (const text of [/thrown \*\*\*/, /teardown \*\*\*/]) assert.match(stderr, text);
      for (const [kind, file] of [...files, ["summary", `${path}.summary`] as const]) {
        const text = await Deno.readTextFile(file);
        assertHidden(kind, text);
        assert.match(text, /\*\*\*/, kind);
        if (kind === "summary") JSON.parse(text);
        if (kind === "json") { for (const line of text.trimEnd().split("\n")) JSON.parse(line); }
      }
    });
  });
}

Deno.test("a secret that a failed response sends back is in no report of it", async () => {
  const script = `${LOADING}
    export const options = { vus: 1, iterations: 1 };
    export default async () => {
      const secret = await secrets.get("key");
      await http.post(__ENV.TARGET + "/echo", secret, { headers: { "X-Key": encodeURIComponent(secret) } });
    };
  `;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const got = await request.text();
      return Response.json({ got, raw: `begun ${got} ${request.headers.get("x-key")}` }, {
        status: 500,
      });
    },
  );
  await withSecret(script, async (path, args) => {
    const target = ["-e", `TARGET=http://127.0.0.1:${server.addr.port}`];
    const files = { report: `${path}.html`, summary: `${path}.summary` };
    const { stderr } = await downpour(
      ...["run", path, ...args, ...target, "--report", files.report],
      ...["--summary-json", files.summary],
    );
    assertHidden("standard error", stderr);
    const report = await Deno.readTextFile(files.report);
    assertHidden("the report", report);
    assert.match(report, /begun \*\*\* \*\*\*/, "the report has the response");
    assertHidden("the summary", await Deno.readTextFile(files.summary));
  });
});

Deno.test("a secret is in nothing that handleSummary gets or returns", async () => {
  await withSecret(SUMMARY, async (path, args) => {
    const { stdout, stderr } = await downpour("run", path, ...args);
    assert.match(stdout, /^own \{/);
    assertHidden("standard output", stdout);
    assertHidden("standard error", stderr);
  });
});

Deno.test("a secret is in no error that ends a run, and not in inspect", async () => {
  const broken = `${LOADING}
    export const options = { vus: 1, iterations: 1 };
    export async function setup() { throw new Error("setup " + (await secrets.get("key"))); }
    export default () => {};
  `;
  await withSecret(broken, async (path, args) => {
    const { code, stderr } = await downpour("run", path, ...args);
    assert.equal(code, 107);
    assert.match(stderr, /setup \*\*\*/);
    assertHidden("the error", stderr);
  });
  const invalid = `export const options = { vus: __ENV.SECRET }; export default () => {};`;
  await withSecret(invalid, async (path, args) => {
    const { code, stderr } = await downpour("run", path, ...args);
    assert.equal(code, 104);
    assertHidden("the error", stderr);
    const inspected = await downpour("inspect", path, ...args);
    assert.equal(inspected.code, 104);
    assertHidden("the error of inspect", inspected.stderr);
  });
  await withSecret(SCRIPT, async (path, args) => {
    for (const json of [[], ["--json"]]) {
      const { code, stdout, stderr } = await downpour("inspect", path, ...args, ...json);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /\*\*\*/);
      assertHidden("inspect", stdout);
      if (json.length > 0) JSON.parse(stdout);
    }
  });
});

Deno.test("a secret is in nothing that the REST API tells", async () => {
  const script = SCRIPT
    .replace("vus: 1, iterations: 3", `vus: 1, duration: "60s"`)
    .replace("    throw new Error", "    return; throw new Error");
  await withSecret(script, async (path, args) => {
    const address = `127.0.0.1:${freePort()}`;
    const run = start("deno", [...COMMAND, "run", path, ...args, "--address", address]);
    const get = async (what: string) => await (await fetch(`http://${address}/v1/${what}`)).text();
    let groups = "";
    for (let left = 1000; left > 0 && !groups.includes("group "); left--) {
      groups = await get("groups").catch(() => "");
      await new Promise<void>((resolve) => void setTimeout(resolve, 10));
    }
    const told = `${groups} ${await get("metrics")} ${await get("status")}`;
    assert.match(told, /group \*\*\*.*check \*\*\*/);
    assertHidden("the API", told);
    const body = JSON.stringify({ data: { attributes: { stopped: true } } });
    await (await fetch(`http://${address}/v1/status`, { method: "PATCH", body })).text();
    await run.ended();
    assertHidden("standard error", run.stderr.text);
  });
});
