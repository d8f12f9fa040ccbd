/**
 * Takes pictures of the page with Chromium: a live run, and a report in dark and on a phone.
 * `deno task shots` writes two for the README into docs/images, the others into /tmp.
 *
 * @module
 */

// Else a part of what drives the browser looks for Windows below /proc, where only those with all
// rights may: it is told before that part loads.
Deno.env.set("__IS_WSL_TEST__", "1");
const { chromium } = await import("playwright-core");

const FOLDER = "docs/images";
const SECONDS = 40;
const ROOT = new URL("../", import.meta.url).pathname;

/** A shop of several endpoints, one of which is slow now and then. */
const SCRIPT = `
import http from "k6/http";
import { check, sleep } from "k6";
export const options = {
  scenarios: {
    browse: { executor: "constant-vus", vus: 12, duration: "${SECONDS}s", exec: "browse" },
    buy: {
      executor: "ramping-arrival-rate", exec: "buy", preAllocatedVUs: 20, startRate: 10,
      stages: [{ duration: "${SECONDS}s", target: 60 }],
    },
    visitors: { executor: "externally-controlled", exec: "browse", vus: 4, maxVUs: 40, duration: "${SECONDS}s" },
  },
  thresholds: { http_req_duration: ["p(99)<150", "p(50)<80"], http_req_failed: ["rate<0.02"] },
};
const wait = (ms, tail) => Math.round(ms * Math.exp(Math.random() * Math.random() * tail));
async function get(name, ms, tail) {
  const response = await http.get(__ENV.TARGET + "/delay/" + wait(ms, tail) / 1000, { tags: { name } });
  check(response, { "status is 200": ({ status }) => status === 200 });
}
export async function browse() {
  await get("/", 8, 2);
  await get("/products/{id}", 20, 2.4);
  await sleep(0.05);
}
export async function buy() {
  await get("/cart", 30, 2.2);
  const bad = Math.random() < 0.05;
  if (bad) await http.get(__ENV.TARGET + "/status/503", { tags: { name: "/checkout" } });
  else await get("/checkout", 60, 1.6);
}
`;

const folder = await Deno.makeTempDir();
await Deno.writeTextFile(`${folder}/shop.ts`, SCRIPT);
const child = new Deno.Command("deno", {
  args: [
    ...["run", "--no-prompt", "--quiet", `--config=${ROOT}deno.json`, "--allow-net=127.0.0.1"],
    ...["--allow-read", "--allow-write=/tmp", "--allow-run=deno", "--allow-env=DOWNPOUR_*"],
    ...[`${ROOT}cli.ts`, "run", "shop.ts", "--with-target", "--no-save", "--quiet"],
    ...["--dash", "--report", "report.html"],
  ],
  cwd: folder,
  ...{ stdin: "null", stdout: "null", stderr: "piped" },
}).spawn();
const link = await readLink(child.stderr);
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const light = { viewport: { width: 1280, height: 860 }, colorScheme: "light" } as const;
  const page = await (await browser.newContext(light)).newPage();
  await page.goto(link);
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000 * 0.8));
  await page.screenshot({ path: `${FOLDER}/live.png` });
  await child.status;
  const report = `file://${folder}/report.html`;
  await shoot(report, `${FOLDER}/report.png`, { width: 1280, height: 860 }, "dark", false);
  await shoot(report, "/tmp/downpour-phone.png", { width: 375, height: 800 }, "light", true);
  await shoot(report, "/tmp/downpour-report.png", { width: 1280, height: 860 }, "light", true);
} finally {
  await browser.close();
  await Deno.remove(folder, { recursive: true });
}

async function shoot(
  url: string,
  path: string,
  viewport: { width: number; height: number },
  colorScheme: "light" | "dark",
  fullPage: boolean,
): Promise<void> {
  const page = await (await browser.newContext({ viewport, colorScheme, offline: true })).newPage();
  await page.goto(url);
  await page.locator("canvas").first().waitFor();
  await page.screenshot({ path, fullPage });
}

async function readLink(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const reader = stderr.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += decoder.decode(read.value, { stream: true });
    const link = /shown at (\S+)/.exec(text)?.[1];
    if (link === undefined) continue;
    // What else it says is of no use here, but must be read.
    (async () => {
      while (!(await reader.read()).done);
    })();
    return link;
  }
  throw new Error(`the run did not start: ${text}`);
}
