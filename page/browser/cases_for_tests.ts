/** What a browser sees of the page: each case is run by a process of its own, see `browser_test.ts`. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { CASE_NAMES } from "./case_names_for_tests.ts";
import { openPage, runCommand, type RunningCommand } from "./_browser_for_tests.ts";
import { type Case, type CaseSetting, playCase } from "./_play_case_for_tests.ts";
import { NAMELESS, PALE } from "./_in_page_for_tests.ts";
import { HOSTILE_LOAD, STEADY_LOAD } from "./_scripts_for_tests.ts";

/** All cases by what they show. */
export const CASES: Readonly<Record<typeof CASE_NAMES[number], Case>> = {
  "the live page follows a run, steers it, and ends with the numbers of its summary": live,
  "the live page changes a rate, looks at a shard, and stops its run": steered,
  "a report shows its run with the network off, in light and dark, at 375 pixels": report,
  "a page with a token asks for it, and a closed tab holds up nothing": token,
  "a page has names for all that can be reached, and text that can be read": accessible,
};

async function startLive(
  { folder }: CaseSetting,
  seconds: number,
  ...more: string[]
): Promise<{ command: RunningCommand; link: string }> {
  const script = HOSTILE_LOAD.replaceAll("DURATION", `${seconds}s`);
  await Deno.writeTextFile(`${folder}/load.ts`, script);
  const command = runCommand(folder, [
    ...["run", "load.ts", "--with-target", "--no-save", "--summary-json", "summary.json"],
    ...["--dash", "--dash-address", "127.0.0.1:0", "--shards", "1", ...more],
  ]);
  const [, link] = await command.hears(/shown at (\S+)/);
  return { command, link: link! };
}

async function live(setting: CaseSetting): Promise<void> {
  const { browser, folder } = setting;
  const { command, link } = await startLive(setting, 6, "--report", "report.html");
  const { page, complaints } = await openPage(browser, link);
  await pill(page, "Running");
  await page.getByRole("row", { name: /home <\/script>/ }).waitFor();
  // What moves has a browser draw 60 times a second, on the machine that makes the load.
  assert.equal(await page.evaluate("document.getAnimations().length"), 0);

  await page.getByRole("button", { name: "Pause" }).click();
  await pill(page, "Paused");
  await page.keyboard.press("p");
  await pill(page, "Running");
  await page.getByLabel("VUs of steer").fill("6");
  await tile(page, "vus", /^8$/);

  await page.getByRole("row", { name: /GET cart/ }).getByRole("button").click();
  const drill = page.getByRole("dialog", { name: "GET cart" });
  await drill.getByRole("img", { name: /^Latency by percentile/ }).waitFor();
  await page.keyboard.press("Escape");
  await drill.waitFor({ state: "hidden" });

  await pill(page, "1 threshold failed");
  const { code } = await command.ended;
  assert.equal(code, 99);
  // The process is gone: the page keeps all, and can be saved.
  const { metrics } = JSON.parse(await Deno.readTextFile(`${folder}/summary.json`));
  const count = metrics.http_reqs.values.count.toLocaleString("en-US");
  assert.equal(
    await page.locator('[data-tile="rate"] .value + p').textContent(),
    `${count} in all`,
  );
  const share = (metrics.http_req_failed.values.rate * 100).toFixed(1);
  const shown = await page.locator('[data-tile="errors"] .value').textContent();
  assert.equal(Number.parseFloat(shown!).toFixed(1), share);
  await page.getByRole("tab", { name: "Log" }).click();
  await page.getByText("careful home </script><script>").first().waitFor();
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save this page" }).click(),
  ]);
  const [path, written] = [`${folder}/saved.html`, `${folder}/report.html`];
  await saved.saveAs(path);
  await Deno.stat(written);
  for (const file of [path, written]) {
    const again = await openPage(browser, `file://${file}`, { offline: true });
    await pill(again.page, "1 threshold failed");
    assert.equal(
      await again.page.locator('[data-tile="rate"] .value + p').textContent(),
      `${count} in all`,
    );
    assert.deepEqual(again.complaints, []);
  }
  assert.equal(await page.evaluate(() => "hacked" in globalThis), false);
  assert.deepEqual(complaints, []);
}

async function steered({ browser, folder }: CaseSetting): Promise<void> {
  await Deno.writeTextFile(`${folder}/steady.ts`, STEADY_LOAD);
  const command = runCommand(folder, [
    ...["run", "steady.ts", "--no-save", "--summary-json", "summary.json", "--shards", "2"],
    ...["--dash", "--dash-address", "127.0.0.1:0"],
  ]);
  const [, link] = await command.hears(/shown at (\S+)/);
  const { page, complaints } = await openPage(browser, link!);
  await pill(page, "Running");
  const slider = page.getByLabel("Rate of steady");
  assert.deepEqual([await slider.inputValue(), await slider.getAttribute("max")], ["5", "10"]);
  await slider.fill("10");
  // What the run has taken, as anybody is told it who comes now.
  const other = await openPage(browser, link!);
  await other.page.locator('.sliders output:text-is("10.0/s")').waitFor();
  await other.page.context().close();

  await page.getByRole("tab", { name: "Shards" }).click();
  await page.getByRole("button", { name: /^shard 1 \(pid/ }).click();
  const drill = page.getByRole("dialog", { name: /^shard 1/ });
  await drill.getByRole("img", { name: /^How long they took/ }).waitFor();
  await drill.getByRole("img", { name: /^Latency by percentile/ }).waitFor();
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Go on" }).click();
  await pill(page, "Running");
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Stop it" }).click();
  await pill(page, "Exit code 103");
  assert.equal((await command.ended).code, 103);
  const { run } = JSON.parse(await Deno.readTextFile(`${folder}/summary.json`));
  assert.ok(run.iterations.completed > 0);
  assert.equal(run.iterations.interrupted, 0, "what ran was let finish");
  assert.deepEqual(complaints, []);
}

async function report({ browser, folder }: CaseSetting): Promise<void> {
  const { renderReport } = await import("../mod.ts");
  const { fakeRecord } = await import("../../results/record_for_tests.ts");
  const { hostileRecord } = await import("../data/pages_for_tests.ts");
  const url = `file://${folder}/report.html`;
  await Deno.writeTextFile(`${folder}/report.html`, await renderReport(fakeRecord()));
  const colors = new Set<string>();
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 375]) {
      const viewport = { width, height: 800 };
      const options = { colorScheme, viewport, offline: true };
      const { page, complaints } = await openPage(browser, url, options);
      await pill(page, "1 threshold failed");
      await page.getByRole("img", { name: /^Latency, latest: p50/ }).locator("canvas").waitFor();
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      assert.ok(wide <= width, `${colorScheme} ${width}: ${wide} pixels wide`);
      colors.add(await page.evaluate<string>("getComputedStyle(document.body).backgroundColor"));
      assert.deepEqual(complaints, []);
      await page.context().close();
    }
  }
  assert.equal(colors.size, 2, "light and dark differ");

  const plain = await openPage(browser, url, { javaScriptEnabled: false, offline: true });
  await plain.page.getByRole("heading", { name: "Thresholds" }).waitFor();
  assert.equal(await plain.page.locator("noscript svg, main.static svg").count(), 6);

  await Deno.writeTextFile(`${folder}/hostile.html`, await renderReport(hostileRecord()));
  const hostile = await openPage(browser, `file://${folder}/hostile.html`, { offline: true });
  await hostile.page.getByRole("button", { name: /<img src=x/ }).first().click();
  await hostile.page.keyboard.press("Escape");
  for (const name of ["Checks", "Errors", "Log", "Metrics", "About"]) {
    await hostile.page.getByRole("tab", { name, exact: false }).last().click();
  }
  assert.equal(await hostile.page.evaluate(() => "hacked" in globalThis), false);
  assert.equal(await hostile.page.locator("img").count(), 0);
  assert.deepEqual(hostile.complaints, []);
}

async function token(setting: CaseSetting): Promise<void> {
  const { browser } = setting;
  const { command, link } = await startLive(setting, 3, "--token", "hunter2");
  assert.match(link, /#token=hunter2$/);
  const bare = await openPage(browser, link.replace(/#.*/, ""));
  await bare.page.locator("#token").fill("wrong");
  await bare.page.getByRole("button", { name: "Show the run" }).click();
  await bare.page.getByRole("heading", { name: "The token is wrong" }).waitFor();
  const { page } = await openPage(browser, link);
  await pill(page, "Running");
  assert.equal(page.url().includes("hunter2"), false, "the token leaves the address");
  await page.context().close();
  const { code } = await command.ended;
  assert.equal(code, 99);
}

async function accessible({ browser, folder }: CaseSetting): Promise<void> {
  const { renderReport } = await import("../mod.ts");
  const { fakeRecord } = await import("../../results/record_for_tests.ts");
  await Deno.writeTextFile(
    `${folder}/report.html`,
    await renderReport(fakeRecord({ seconds: 60 })),
  );
  for (const colorScheme of ["light", "dark"] as const) {
    const { page } = await openPage(browser, `file://${folder}/report.html`, { colorScheme });
    await pill(page, "1 threshold failed");
    assert.deepEqual(await page.evaluate(NAMELESS), []);
    assert.deepEqual(await page.evaluate(PALE), [], colorScheme);
    // By keyboard alone: from tab to tab, and a row.
    await page.getByRole("tab", { name: "Endpoints" }).focus();
    await page.keyboard.press("ArrowRight");
    const panel = page.getByRole("tabpanel", { name: "Scenarios" });
    await panel.waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("nothing like it");
    await panel.getByText("No row has this in its name").waitFor();
    await page.context().close();
  }
}

async function pill(page: Page, text: string): Promise<void> {
  await page.locator(".pill", { hasText: text }).waitFor();
}

async function tile(page: Page, id: string, text: RegExp): Promise<void> {
  await page.locator(`[data-tile="${id}"] .value`, { hasText: text }).waitFor();
}

if (import.meta.main) await playCase(CASES);
