import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";

/** How pages are looked at: both themes, wide and as wide as a phone. */
export const LOOKS: readonly BrowserContextOptions[] = (["light", "dark"] as const).flatMap(
  (colorScheme) => [
    { colorScheme, viewport: { width: 1280, height: 900 } },
    { colorScheme, viewport: { width: 375, height: 800 }, hasTouch: true },
  ],
);

/** What axe-core tells of one broken rule. */
interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Keeps what axe-core finds serious or critical, once for each rule and element. */
export class AxeFindings {
  readonly #found = new Map<string, string>();

  /**
   * Looks at a page as it is now.
   *
   * @param what the page and its state, for whoever reads of it
   * @param part a selector, where the rest has been looked at before
   */
  async look(page: Page, what: string, part = "html"): Promise<void> {
    if (!await page.evaluate<boolean>(`"axe" in globalThis`)) await page.evaluate(await source());
    const { violations } = await page.evaluate<{ violations: Violation[] }>(
      `axe.run(${JSON.stringify(part)}, { resultTypes: ["violations"] })`,
    );
    for (const { id, impact, help, nodes } of violations) {
      if (impact !== "serious" && impact !== "critical") continue;
      for (const { html, failureSummary } of nodes) {
        const element = html.slice(0, 200);
        const text = `${what}: ${impact} ${id}: ${help}\n  ${element}\n  ${failureSummary}`;
        const key = `${id} ${element}`;
        if (!this.#found.has(key)) this.#found.set(key, text);
      }
    }
  }

  /** Fails if there is anything. */
  assertNone(): void {
    assert.equal(this.#found.size, 0, [...this.#found.values()].join("\n"));
  }
}

/** The script of axe-core, as it is in its package. */
function source(): Promise<string> {
  return Deno.readTextFile(fileURLToPath(import.meta.resolve("axe-core")));
}
