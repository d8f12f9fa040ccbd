/** The page of a real run of each protocol: what it shows is what the summary says. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { accepting, freePort, startProgram } from "../../internal/programs_for_tests.ts";
import { startEcho, startPackets } from "../../targets/mod.ts";
import { FAMILIES, type Family, ITERATIONS } from "../data/families.ts";
import { formatCount, formatShare, formatTime } from "../drawing/format.ts";
import { openPage, ROOT, runCommand } from "./_browser_for_tests.ts";
import { type Case, type CaseSetting, playCase } from "./_play_case_for_tests.ts";
import {
  NATS_LOAD,
  PACKETS_LOAD,
  SOCKETS_LOAD,
  WRPC_LOAD,
  WRPC_SERVER,
} from "./_protocol_scripts_for_tests.ts";
import { NATS_NAME, type PROTOCOL_NAMES } from "./case_names_for_tests.ts";

/** Metrics of a summary by name, and their statistics. */
type Metrics = Readonly<Record<string, { readonly values: Readonly<Record<string, number>> }>>;

const CASES: Readonly<Record<typeof PROTOCOL_NAMES[number] | typeof NATS_NAME, Case>> = {
  "the page of a run over TCP and UDP shows its summary's numbers": sockets,
  "the page of a run of packets shows its summary's numbers": packets,
  "the page of a run of wRPC shows its summary's numbers": wrpc,
  [NATS_NAME]: nats,
};

async function sockets(setting: CaseSetting): Promise<void> {
  await using echo = await startEcho({});
  await shows(setting, SOCKETS_LOAD, { TCP: echo.tcp, UDP: echo.udp }, ["sockets"], [
    /^tcp$/,
    /^udp$/,
  ]);
}

async function packets(setting: CaseSetting): Promise<void> {
  await using target = await startPackets({ heartbeatMs: 100 });
  await shows(setting, PACKETS_LOAD, { TARGET: target.address }, ["packets"], [/^127\.0\.0\.1:/]);
}

async function wrpc(setting: CaseSetting): Promise<void> {
  await Deno.writeTextFile(`${setting.folder}/server.ts`, WRPC_SERVER);
  const server = new Deno.Command("deno", {
    args: [
      ...["run", "--quiet", "--no-prompt", `--config=${ROOT}deno.json`, "--allow-net=127.0.0.1"],
      ...["--allow-read", "server.ts"],
    ],
    cwd: setting.folder,
    ...{ stdin: "null", stdout: "piped", stderr: "inherit" },
  }).spawn();
  const reader = server.stdout.getReader();
  try {
    const address = new TextDecoder().decode((await reader.read()).value).trim();
    await shows(setting, WRPC_LOAD, { TCP: address }, ["wrpc_blaster", "wrpc"], [/tcp/]);
  } finally {
    server.kill("SIGKILL");
    await reader.cancel();
    await server.status;
  }
}

async function nats(setting: CaseSetting): Promise<void> {
  const port = freePort();
  await using _ = await startProgram(
    `exec nats-server -a 127.0.0.1 -p ${port}`,
    {},
    () => accepting(port),
  );
  const env = { NATS_URL: `nats://127.0.0.1:${port}` };
  await shows(setting, NATS_LOAD, env, ["nats"], [/^orders\.price$/]);
}

/** Plays a load, and looks at its page when it has ended. */
async function shows(
  { browser, folder }: CaseSetting,
  script: string,
  env: Readonly<Record<string, string>>,
  wanted: readonly string[],
  rows: readonly RegExp[],
): Promise<void> {
  await Deno.writeTextFile(`${folder}/load.ts`, script);
  const command = runCommand(folder, [
    ...["run", "load.ts", "--no-save", "--summary-json", "summary.json", "--shards", "1"],
    ...["--dash-address", "127.0.0.1:0"],
    ...Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]),
  ]);
  try {
    const [, link] = await command.hears(/shown at (\S+)/);
    const { page, complaints } = await openPage(browser, link!);
    // Its own numbers come up while it goes on.
    await page.locator('[data-tile="rate"] .value', { hasText: /[1-9]/ }).waitFor();
    const { code } = await command.ended;
    assert.equal(code, 0, command.said());
    await page.locator(".pill", { hasText: /passed|ended|finished/i }).waitFor();
    const { metrics } = JSON.parse(await Deno.readTextFile(`${folder}/summary.json`)) as {
      metrics: Metrics;
    };
    const families = FAMILIES.filter(({ count }) => metrics[count] !== undefined);
    for (const id of wanted) assert.ok(families.some((family) => family.id === id), id);
    for (const family of families) await showsFamily(page, family, families, metrics);
    await showsRows(page, families, metrics, rows);
    assert.deepEqual(complaints, []);
  } finally {
    command.kill();
  }
}

/** The tiles are those of one family's metrics. */
async function showsFamily(
  page: Page,
  family: Family,
  families: readonly Family[],
  metrics: Metrics,
): Promise<void> {
  if (families.length > 1) await page.locator(`[data-family="${family.id}"]`).click();
  const text = (tile: string, part: string) =>
    page.locator(`[data-tile="${tile}"] ${part}`).textContent();
  const count = metrics[family.count]!.values["count"]!;
  assert.ok(count > 0, family.id);
  assert.equal(await text("rate", ".value + p"), `${formatCount(count)} in all`, family.id);
  const timed = family.times.find((name) => metrics[name] !== undefined);
  const stat = (name: string) =>
    timed === undefined ? formatTime(null) : formatTime(metrics[timed]!.values[name]!);
  assert.equal(await text("p50", ".value"), stat("med"), `p50 of ${family.id}`);
  assert.equal(await text("p99", ".value"), stat("p(99)"), `p99 of ${family.id}`);
  const { passes, count: failures = 0, rate } = metrics[family.failed]?.values ?? {};
  const share = rate !== undefined && passes !== undefined ? rate : failures / count;
  assert.equal(await text("errors", ".value"), formatShare(Math.min(1, share)), family.id);
  const charts = page.getByRole("img", { name: /, latest: / });
  assert.ok(await charts.first().isVisible(), family.id);
}

/** The rows of the table are all that there is of each family. */
async function showsRows(
  page: Page,
  families: readonly Family[],
  metrics: Metrics,
  names: readonly RegExp[],
): Promise<void> {
  const read = () =>
    page.locator('[role="tabpanel"]:visible').first().locator("tbody tr").evaluateAll(
      (found) =>
        found.map((row) => {
          const { cells } = row as unknown as { cells: ArrayLike<{ textContent: string }> };
          return [
            cells[0]!.textContent,
            Number(cells[1]!.textContent.replaceAll(",", "")),
          ] as const;
        }),
    );
  const own = families.filter(({ id }) => id !== ITERATIONS.id);
  const shown = own.length > 1 ? own.filter(({ id }) => id !== "sockets") : own;
  const sum = (rows: readonly (readonly [string, number])[]) =>
    rows.reduce((all, [, count]) => all + count, 0);
  const endpoints = await read();
  const total = shown.reduce((all, { count }) => all + metrics[count]!.values["count"]!, 0);
  assert.equal(sum(endpoints), total, JSON.stringify(endpoints));
  for (const name of names) {
    assert.ok(endpoints.some(([one]) => name.test(one)), `${name}: ${JSON.stringify(endpoints)}`);
  }
  await page.getByRole("tab", { name: /^Scenarios/ }).click();
  assert.equal(sum(await read()), metrics["iterations"]!.values["count"]);
}

if (import.meta.main) await playCase(CASES);
