import { freePorts } from "../listening.ts";
import { ROOT, runOk, shell, start } from "../process.ts";
import { Missing } from "../unmeasured.ts";
import type { FrameFigures, PaintFigures } from "./browse.ts";

const DRIVER = [
  ...["run", "--no-prompt", "--quiet", "--allow-net=127.0.0.1", "--allow-read"],
  ...["--allow-write=/tmp", "--allow-env", "--allow-sys", "--allow-run"],
  `${ROOT}bench/page/browse.ts`,
];
/** Else a part of what drives the browser looks for Windows. */
const ENV = { __IS_WSL_TEST__: "1" };
/** Longest time until a page has been told an hour. */
const READY_TRIES = 600;

/** Sees to it that a program is here. @throws {Missing} */
export async function need(program: string): Promise<void> {
  const { code } = await shell('command -v "$1" >/dev/null', program);
  if (code !== 0) throw new Missing(`${program} is not on the PATH`);
}

/** Notes which Chromium is here. @throws {Missing} without one */
export async function needChromium(versions: Record<string, string>): Promise<void> {
  await need("chromium");
  const { stdout } = await shell("chromium --version");
  versions["chromium"] = /[\d.]+/.exec(stdout)?.[0] ?? stdout;
}

/** A live page of a run without load. */
export interface LongRun {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the page of a run that has gone on for so many seconds, and goes on. */
export async function startLongRun(seconds: number, limitSeconds: number): Promise<LongRun> {
  const [port] = freePorts(1) as [number];
  const process = await start([
    ...[Deno.execPath(), "run", "--no-prompt", "--quiet", "--allow-net=127.0.0.1"],
    ...[`${ROOT}page/serve/hour_for_tests.ts`, String(seconds), String(port)],
  ], { limitSeconds });
  let ended = false;
  process.finished.then(() => ended = true);
  const url = `http://127.0.0.1:${port}/`;
  for (let tries = 0; !await isReady(`${url}ready`); tries++) {
    if (ended || tries === READY_TRIES) {
      await process.stop();
      throw new Error(
        `the page of ${seconds} seconds did not come: ${(await process.finished).stderr}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, stop: () => process.stop() };
}

/** While an hour is told to it, the page's process answers nothing. */
async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** How smooth a page is, and what its tab takes. */
export async function measureFrames(url: string, seconds: number): Promise<FrameFigures> {
  return await browse<FrameFigures>("frames", url, seconds, seconds * 2 + 60);
}

/** How soon a page is seen. */
export async function measurePaint(url: string, runs: number): Promise<PaintFigures> {
  return await browse<PaintFigures>("paint", url, runs, 60 + runs * 5);
}

async function browse<T>(what: string, url: string, count: number, limit: number): Promise<T> {
  const argv = [Deno.execPath(), ...DRIVER, what, url, String(count)];
  const { stdout } = await runOk(argv, { limitSeconds: limit, env: ENV });
  return JSON.parse(stdout) as T;
}
