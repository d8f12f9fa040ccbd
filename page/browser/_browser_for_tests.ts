import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Where the repository is. */
export const ROOT: string = new URL("../../", import.meta.url).pathname;

/** Chromium as Debian has it. A sandbox needs rights that containers don't give. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

/** A page and what it complained of. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, lines of its console, and requests to elsewhere. */
  readonly complaints: string[];
}

/** Opens a page and writes down what should never happen on it. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(url);
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (line) => complaints.push(`${line.type()}: ${line.text()}`));
  page.on("request", (request) => {
    const to = request.url();
    const isOwn = to.startsWith("blob:") || to.startsWith("file:") && origin === "null" ||
      new URL(to).origin === origin;
    if (!isOwn) complaints.push(`asked for ${to}`);
  });
  await page.goto(url);
  return { page, complaints };
}

/** The command, running. */
export interface RunningCommand {
  /** What it says on standard error so far. */
  said(): string;
  /** Waits for something that it says. */
  hears(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code and standard output. */
  readonly ended: Promise<{ readonly code: number; readonly stdout: string }>;
  /** Ends it, unless it has ended. */
  kill(): void;
}

/** Runs `downpour` with arguments in a folder. */
export function runCommand(folder: string, args: readonly string[]): RunningCommand {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--quiet", `--config=${ROOT}deno.json`, "--allow-net=127.0.0.1"],
      ...["--allow-read", "--allow-write=/tmp", "--allow-run=deno", "--allow-env=DOWNPOUR_*"],
      ...[`${ROOT}cli.ts`, ...args],
    ],
    cwd: folder,
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
  let text = "";
  const stdout = new Response(child.stdout).text();
  const listeners = new Set<() => void>();
  const read = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) {
      text += decoder.decode(chunk, { stream: true });
      for (const listener of listeners) listener();
    }
  })();
  return {
    said: () => text,
    async hears(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
      const look = () => {
        const found = pattern.exec(text);
        if (found !== null) resolve(found);
      };
      listeners.add(look);
      look();
      read.then(() => reject(new Error(`it ended without ${pattern}: ${text}`)));
      return await promise.finally(() => listeners.delete(look));
    },
    ended: (async () => {
      const { code } = await child.status;
      await read;
      return { code, stdout: await stdout };
    })(),
    kill() {
      try {
        child.kill("SIGKILL");
      } catch { /* it has ended */ }
    },
  };
}
