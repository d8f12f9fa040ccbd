/** What axe-core finds on the page, in every state that people meet. */
import type { Page } from "playwright-core";
import { AxeFindings, LOOKS } from "./_axe_for_tests.ts";
import { openPage, runCommand } from "./_browser_for_tests.ts";
import { type Case, type CaseSetting, playCase } from "./_play_case_for_tests.ts";
import { HOSTILE_LOAD } from "./_scripts_for_tests.ts";
import type { AXE_NAMES } from "./case_names_for_tests.ts";

const CASES: Readonly<Record<typeof AXE_NAMES[number], Case>> = {
  "axe finds nothing serious on the live page, light and dark, wide and on a phone": live,
  "axe finds nothing serious in a report, light and dark, wide and on a phone": report,
};

async function live({ browser, folder }: CaseSetting): Promise<void> {
  const found = new AxeFindings();
  await Deno.writeTextFile(`${folder}/load.ts`, HOSTILE_LOAD.replaceAll("DURATION", "120s"));
  const command = runCommand(folder, [
    ...["run", "load.ts", "--with-target", "--no-save", "--dash-address", "127.0.0.1:0"],
    ...["--shards", "1", "--token", "hunter2"],
  ]);
  try {
    const [, link] = await command.hears(/shown at (\S+)/);
    // The policy lets no script in but the page's own.
    const first = await openPage(browser, link!.replace(/#.*/, ""), { bypassCSP: true });
    await first.page.locator("#token").waitFor();
    await found.look(first.page, "asked for the token");
    for (const look of LOOKS) {
      const { page } = await openPage(browser, link!, { ...look, bypassCSP: true });
      const name = `live, ${look.colorScheme}, ${look.viewport!.width} pixels`;
      await pill(page, "Running");
      await page.getByRole("row", { name: /cart/ }).first().waitFor();
      await found.look(page, name);
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await found.look(page, `${name}, before it is stopped`, "dialog[open]");
      await page.getByRole("button", { name: "Go on" }).click();
      await parts(page, name, found);
      await page.context().close();
    }
  } finally {
    command.kill();
    await command.ended;
  }
  found.assertNone();
}

async function report({ browser, folder }: CaseSetting): Promise<void> {
  const { renderReport } = await import("../mod.ts");
  const { fakeRecord } = await import("../../results/record_for_tests.ts");
  const { hostileRecord } = await import("../data/pages_for_tests.ts");
  const found = new AxeFindings();
  for (const [kind, record] of [["long", fakeRecord()], ["failed", hostileRecord()]] as const) {
    await Deno.writeTextFile(`${folder}/${kind}.html`, await renderReport(record));
    for (const look of LOOKS) {
      const { page } = await openPage(browser, `file://${folder}/${kind}.html`, look);
      const name = `${kind} report, ${look.colorScheme}, ${look.viewport!.width} pixels`;
      await page.getByRole("row").nth(1).waitFor();
      await found.look(page, name);
      await parts(page, name, found);
      await page.context().close();
    }
  }
  const noScript = { javaScriptEnabled: true, bypassCSP: true };
  const { page } = await openPage(browser, `file://${folder}/long.html`, noScript);
  // What is shown where scripts are off, put where axe can see it.
  await page.evaluate(`
    document.body.innerHTML = document.querySelector("noscript").textContent;
  `);
  await found.look(page, "report without scripts");
  found.assertNone();
}

/** Looks into every tab, a row and the list of keys. */
async function parts(page: Page, name: string, found: AxeFindings): Promise<void> {
  for (const tab of await page.getByRole("tab").all()) {
    await tab.click();
    await found.look(page, `${name}, tab ${await tab.textContent()}`, ".tabs");
  }
  await page.getByRole("tab", { name: /^Endpoints/ }).click();
  await page.locator("tbody th button:visible").first().click();
  await page.locator("dialog[open] svg").first().waitFor();
  await found.look(page, `${name}, a row`, "dialog[open]");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.locator("dialog[open] kbd").first().waitFor();
  await found.look(page, `${name}, the keys`, "dialog[open]");
  await page.keyboard.press("Escape");
}

async function pill(page: Page, text: string): Promise<void> {
  await page.locator(".pill", { hasText: text }).waitFor();
}

if (import.meta.main) await playCase(CASES);
