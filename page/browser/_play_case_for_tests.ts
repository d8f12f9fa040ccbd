import type { Browser } from "playwright-core";
import { startBrowser } from "./_browser_for_tests.ts";

/** What a case is given. */
export interface CaseSetting {
  readonly browser: Browser;
  /** A folder of its own. */
  readonly folder: string;
}

/** What a browser is to see. */
export type Case = (setting: CaseSetting) => Promise<void>;

/** Plays the case that the process was started for, in a browser of its own. */
export async function playCase(cases: Readonly<Record<string, Case>>): Promise<void> {
  const browser = await startBrowser();
  const folder = await Deno.makeTempDir();
  try {
    await cases[Deno.args[0]!]!({ browser, folder });
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
}
