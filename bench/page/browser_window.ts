import { freePorts } from "../listening.ts";
import { start } from "../process.ts";

/** A window of a browser, of whose tabs the newest is seen, as somebody has it who opens several. */
export interface BrowserWindow {
  /** Opens tabs, and waits until each has a title that shows that it was told something. */
  open(url: string, count: number, isTold: (title: string) => boolean): Promise<void>;
  /** Closes all that were opened. */
  close(): Promise<void>;
  stop(): Promise<void>;
}

interface Target {
  readonly id: string;
  readonly title: string;
}

const ARGS = [
  ...["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  ...["--no-first-run", "--window-size=1280,1000"],
];
/** How often it is looked whether a browser or its tabs are there; milliseconds. */
const LOOK_MS = 100;
const MOST_LOOKS = 300;

/**
 * Starts Chromium, driven by its HTTP endpoints alone (Chrome DevTools Protocol, "HTTP Endpoints"):
 * what drives pages by more has all of them take themselves for seen.
 *
 * @param pin goes before its command
 * @param folder for its profile
 */
export async function openWindow(
  folder: string,
  pin: readonly string[],
  limitSeconds: number,
): Promise<BrowserWindow> {
  const [port] = freePorts(1) as [number];
  const profile = `${folder}/browser`;
  const where = [`--remote-debugging-port=${port}`, `--user-data-dir=${profile}`, "about:blank"];
  const browser = await start([...pin, "chromium", ...ARGS, ...where], { limitSeconds });
  const opened: string[] = [];
  const ask = async (path: string, method = "GET"): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}/json/${path}`, { method });
    if (!response.ok) throw new Error(`${path}: the browser answered ${response.status}`);
    return await response.text();
  };
  const stop = async () => {
    await browser.stop();
    await Deno.remove(profile, { recursive: true }).catch(() => {});
  };
  try {
    await until("the browser", () => ask("version").then(() => true, () => false));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    async open(url, count, isTold) {
      for (let n = 0; n < count; n++) {
        opened.push((JSON.parse(await ask(`new?${url}`, "PUT")) as Target).id);
      }
      await until(`tabs of ${url}`, async () => {
        const targets = JSON.parse(await ask("list")) as Target[];
        return targets.filter(({ id, title }) => opened.includes(id) && isTold(title)).length ===
          opened.length;
      });
    },
    async close() {
      for (const id of opened.splice(0)) await ask(`close/${id}`);
    },
  };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; !await holds(); looks++) {
    if (looks === MOST_LOOKS) throw new Error(`${what}: not there in time`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
