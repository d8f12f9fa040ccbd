/**
 * What a browser makes of the page: `browse.ts frames URL SECONDS` or `paint URL RUNS`. Prints a
 * line of JSON. `__IS_WSL_TEST__=1` is in its environment: else a part of what drives the browser
 * looks for Windows below /proc, where only those with all rights may.
 *
 * @module
 */
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { CATEGORIES, longestBySecond, type Task, tasksOf, type TraceEvent } from "./trace.ts";

/** What `frames` finds. */
export interface FrameFigures {
  /** The longest task of each second in which data came. */
  readonly ticks: readonly Task[];
  /** The same while a pointer goes over a chart. */
  readonly hovers: readonly Task[];
  /** Megabytes of the scripts' heap, after a collection. */
  readonly heapMb: number;
  /** Megabytes of the tab's process that are its own and in no file. */
  readonly processMb: number;
  /** The same of a tab that shows nothing. */
  readonly blankMb: number;
}

/** What `paint` finds, one a run. */
export interface PaintFigures {
  /** Milliseconds from asking for the page to the first of it that is seen. */
  readonly paintMs: readonly number[];
  /** Milliseconds to the first number. */
  readonly numbersMs: readonly number[];
}

const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

async function main([what, url, count]: string[]): Promise<void> {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGS });
  try {
    const figures = what === "frames"
      ? await frames(browser, url!, Number(count))
      : await paint(browser, url!, Number(count));
    console.log(JSON.stringify(figures));
  } finally {
    await browser.close();
  }
}

async function frames(browser: Browser, url: string, seconds: number): Promise<FrameFigures> {
  const blank = await newPage(browser);
  const blankMb = await processMb(browser, await rendererOf(browser, blank));
  await blank.close();
  const page = await newPage(browser);
  await page.goto(url);
  await numbers(page);
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  await wait(5000);
  const ticks = await traced(browser, page, () => wait(seconds * 1000));
  const hovers = await traced(browser, page, () => hover(page, seconds * 1000));
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.collectGarbage");
  await cdp.send("Performance.enable");
  const { metrics } = await cdp.send("Performance.getMetrics");
  const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")!.value;
  const own = await processMb(browser, await rendererOf(browser, page));
  return { ticks, hovers, heapMb: heap / 1e6, processMb: own, blankMb };
}

async function traced(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>,
): Promise<Task[]> {
  await browser.startTracing(page, { categories: [...CATEGORIES] });
  await work();
  const { traceEvents } = JSON.parse(new TextDecoder().decode(await browser.stopTracing())) as {
    traceEvents: TraceEvent[];
  };
  return longestBySecond(tasksOf(traceEvents));
}

/** Moves the pointer over the first chart, sixty times a second. */
async function hover(page: Page, ms: number): Promise<void> {
  const box = (await page.locator(".u-over").first().boundingBox())!;
  const begun = performance.now();
  for (let n = 0; performance.now() - begun < ms; n++) {
    const at = 0.5 + 0.45 * Math.sin(n / 40);
    await page.mouse.move(box.x + box.width * at, box.y + box.height / 2);
    const rest = begun + n * 1000 / 60 - performance.now();
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  }
}

async function paint(browser: Browser, url: string, runs: number): Promise<PaintFigures> {
  const [paintMs, numbersMs]: [number[], number[]] = [[], []];
  for (let run = 0; run <= runs; run++) {
    // A context has no cache of the one before it.
    const page = await newPage(browser);
    await page.goto(url);
    const shown = await numbers(page);
    const first = await page.evaluate<number>(
      `performance.getEntriesByName("first-contentful-paint")[0].startTime`,
    );
    await page.context().close();
    if (run === 0) continue;
    paintMs.push(first);
    numbersMs.push(shown);
  }
  return { paintMs, numbersMs };
}

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  return await context.newPage();
}

/** Waits for the first number, and says when it came, milliseconds since the page was asked for. */
async function numbers(page: Page): Promise<number> {
  await page.locator('[data-tile="rate"] .value', { hasText: /[1-9]/ }).waitFor();
  return await page.evaluate<number>("performance.now()");
}

/** The process that shows a page: the newest of its kind. */
async function rendererOf(browser: Browser, page: Page): Promise<number> {
  await page.bringToFront();
  const cdp: CDPSession = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  await cdp.detach();
  return Math.max(...processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id));
}

async function processMb(_: Browser, pid: number): Promise<number> {
  const command = new Deno.Command("bash", {
    args: ["-c", `grep -m1 RssAnon /proc/"$1"/status`, "bench", String(pid)],
    ...{ stdout: "piped", stderr: "inherit" },
  });
  const { stdout } = await command.output();
  return Number(/\d+/.exec(new TextDecoder().decode(stdout))?.[0]) * 1024 / 1e6;
}

await main(Deno.args);
