import { ExitCode } from "../../internal/mod.ts";
import type { Registry } from "../../metrics/mod.ts";
import { ControlError, type RunHandle } from "../../runner/mod.ts";
import { ApiError, errorResponse, json } from "./api_error.ts";
import { readPatch, type StatusPatch } from "./body.ts";
import { groupResources, metricResources, type Resource, statusResource } from "./documents.ts";
import { checkAllowed } from "./guard.ts";

/** What the API needs of a run. */
export interface ApiRun {
  readonly handle: Pick<RunHandle, "pause" | "resume" | "setRate" | "setVUs" | "stop" | "status">;
  /** The merged series so far; null before there are any. */
  metrics(): Registry | null;
}

/**
 * k6's REST API of one run: `/v1/status`, `/v1/metrics`, `/v1/groups`.
 *
 * @param closing gives up bodies that still come
 */
export function controlApi(
  run: ApiRun,
  token: string | null,
  closing: AbortSignal,
): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      await checkAllowed(request.headers, token);
      return await answer(request, run, closing);
    } catch (error) {
      return errorResponse(error);
    }
  };
}

async function answer(request: Request, run: ApiRun, closing: AbortSignal): Promise<Response> {
  const [path, id] = route(request.url);
  switch (path) {
    case "/v1/status":
      checkMethod(request.method, ["GET", "HEAD", "PATCH"]);
      if (request.method !== "PATCH") return data(statusResource(run.handle.status()));
      return data(await patchStatus(run, await readPatch(request, closing)));
    case "/v1/metrics":
      checkMethod(request.method, ["GET", "HEAD"]);
      return oneOrAll(metricsOf(run), id, "metric");
    case "/v1/groups":
      checkMethod(request.method, ["GET", "HEAD"]);
      return oneOrAll(await groupsOf(run), id, "group");
    case "/v1/setup":
    case "/v1/teardown":
      throw new ApiError(404, "Not Found", "setup and teardown are called by the run alone");
    default:
      throw new ApiError(
        404,
        "Not Found",
        "There are /v1/status, /v1/metrics, /v1/metrics/NAME, /v1/groups and /v1/groups/ID",
      );
  }
}

/** The path of a collection, and the name in it that is asked for, if one is. */
function route(url: string): [path: string, id: string | null] {
  const { pathname } = new URL(url);
  const match = /^(\/v1\/(?:metrics|groups))\/(.+)$/.exec(pathname);
  if (match === null) return [pathname, null];
  try {
    return [match[1]!, decodeURIComponent(match[2]!)];
  } catch {
    throw new ApiError(400, "Invalid path", `The path has a % that is no escape: ${pathname}`);
  }
}

/** Does what is asked for, all of it or nothing that comes behind what fails. */
async function patchStatus(
  { handle }: ApiRun,
  { paused, vus, vusMax, rate, stopped, scenario }: StatusPatch,
): Promise<Resource> {
  try {
    if (vus !== null || vusMax !== null) {
      const wanted = vus ?? handle.status().vus;
      await handle.setVUs(wanted, vusMax ?? undefined, scenario ?? undefined);
    }
    if (rate !== null) await handle.setRate(rate, scenario ?? undefined);
    if (paused === true) await handle.pause();
    if (paused === false) await handle.resume();
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    const status = error.code === "control_over" ? 409 : 400;
    throw new ApiError(status, "Can't change the run", error.message);
  }
  if (stopped) handle.stop(ExitCode.stoppedByApi);
  const { attributes, ...resource } = statusResource(handle.status());
  // Users come and go at the end of an iteration: what was asked for is what will be.
  const asked = { ...(vus === null ? {} : { vus }), ...(rate === null ? {} : { rate }) };
  return { ...resource, attributes: { ...attributes, ...asked } };
}

function metricsOf({ metrics, handle }: ApiRun): Resource[] {
  const registry = metrics();
  return registry === null ? [] : metricResources(registry, handle.status());
}

async function groupsOf({ metrics }: ApiRun): Promise<Resource[]> {
  const registry = metrics();
  if (registry === null) return [];
  const { summaryGroups } = await import("../../report/mod.ts");
  return groupResources(summaryGroups(registry));
}

function oneOrAll(all: readonly Resource[], id: string | null, what: string): Response {
  if (id === null) return data(all);
  const found = all.find((one) => one.id === id);
  if (found !== undefined) return data(found);
  throw new ApiError(404, "Not Found", `There is no ${what} ${JSON.stringify(id)}`);
}

function checkMethod(method: string, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  const allow = allowed.join(", ");
  throw new ApiError(405, "Method Not Allowed", `${method} is none of ${allow}`, { allow });
}

function data(data: unknown): Response {
  return json(200, { data });
}
