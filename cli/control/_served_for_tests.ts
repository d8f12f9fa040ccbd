import { Registry } from "../../metrics/mod.ts";
import { ControlError, type RunStatus } from "../../runner/mod.ts";
import { parseAddress } from "./address.ts";
import type { ApiRun } from "./api.ts";
import { type ControlServer, serveControl } from "./server.ts";

/** A run that writes down what is asked of it. */
export interface FakeRun extends ApiRun {
  readonly asked: string[];
  readonly registry: Registry;
  state: RunStatus;
}

/** A run in the middle of its load. */
export function fakeRun(given: Partial<RunStatus> = {}): FakeRun {
  const asked: string[] = [];
  const registry = new Registry();
  const zero = { planned: 0, started: 0, completed: 0, interrupted: 0, dropped: 0, thrown: 0 };
  const change = (what: string, state: Partial<RunStatus> = {}) => {
    if (run.state.stopped) {
      return Promise.reject(new ControlError("control_over", "the load is over"));
    }
    asked.push(what);
    run.state = { ...run.state, ...state };
    return Promise.resolve();
  };
  const run: FakeRun = {
    asked,
    registry,
    state: {
      phase: "running",
      paused: false,
      elapsedMs: 2000,
      totalMs: null,
      vus: 2,
      vusMax: 5,
      iterations: { ...zero, late: 0 },
      stopped: false,
      exitCode: 0,
      thresholds: [],
      steered: {},
      shards: [],
      ...given,
    },
    metrics: () => registry,
    handle: {
      pause: () => change("pause", { paused: true }),
      resume: () => change("resume", { paused: false }),
      setVUs: (vus, max, scenario) =>
        vus > (max ?? 5)
          ? Promise.reject(new ControlError("control_vus", `at most 5 VUs: ${vus}`))
          : change(`vus ${vus} ${max ?? "-"} ${scenario ?? "-"}`),
      setRate: (perSecond, scenario) =>
        perSecond > 100
          ? Promise.reject(new ControlError("control_rate", `at most 100/s: ${perSecond}`))
          : change(`rate ${perSecond} ${scenario ?? "-"}`),
      stop: (code) => {
        asked.push(`stop ${code}`);
        run.state = { ...run.state, stopped: true };
      },
      status: () => run.state,
    },
  };
  return run;
}

/** Serves a run on a free loopback port while `use` goes on. */
export async function served(
  run: ApiRun,
  use: (server: ControlServer) => Promise<void>,
  token: string | null = null,
): Promise<void> {
  const server = serveControl(parseAddress("127.0.0.1:0"), token, run);
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

/** A request by hand, with any fields: what came back, as text. */
export async function rawRequest(
  url: string,
  lines: readonly string[],
  body = "",
): Promise<string> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const text = [...lines, "connection: close", "", body].join("\r\n");
  await connection.write(new TextEncoder().encode(text));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const buffer = new Uint8Array(64 * 1024);
  for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
    chunks.push(buffer.slice(0, n));
  }
  return await new Blob(chunks).text();
}
