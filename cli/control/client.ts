import { describeError, DownpourError } from "../../internal/mod.ts";
import type { ControlAddress } from "./address.ts";

/** Longest time for an answer. */
const ANSWER_MS = 30_000;
/** Longest answer, bytes. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** The attributes of a run's status, as the API has them. */
export type StatusAttributes = Readonly<Record<string, unknown>>;

/**
 * Asks the REST API of a run for its status, or changes it first.
 *
 * @param change attributes to set; null just asks
 * @throws {DownpourError} `control_unreachable` when nothing answers, `control_refused` for an
 *   answer that is an error, `control_answer` for one that can't be read
 */
export async function callStatus(
  { hostPort }: ControlAddress,
  token: string | null,
  change: StatusAttributes | null,
): Promise<StatusAttributes> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token !== null) headers["authorization"] = `Bearer ${token}`;
  const resource = { type: "status", id: "default", attributes: change };
  let response: Response;
  let text: string;
  try {
    response = await fetch(`http://${hostPort}/v1/status`, {
      headers,
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(change === null ? {} : { method: "PATCH", body: JSON.stringify({ data: resource }) }),
    });
    text = await readText(response);
  } catch (cause) {
    if (cause instanceof DownpourError) throw cause;
    throw new DownpourError("control_unreachable", whyUnreachable(cause, hostPort), { cause });
  }
  const body = parse(text);
  if (!response.ok) {
    const why = textAt(body, "errors", "0", "detail") ?? `it answered ${response.status}`;
    throw new DownpourError("control_refused", `The run at ${hostPort} refuses: ${why}`);
  }
  const attributes = at(body, "data", "attributes");
  if (typeof attributes === "object" && attributes !== null) return attributes as StatusAttributes;
  throw new DownpourError("control_answer", `What answers at ${hostPort} is no run of downpour`);
}

function whyUnreachable(cause: unknown, hostPort: string): string {
  if (cause instanceof Deno.errors.NotCapable) {
    return `Can't reach ${hostPort}: this process may not (deno run --allow-net=${hostPort})`;
  }
  if (/refused/i.test(describeError(cause))) {
    return `No run listens at ${hostPort}: start it with --address ${hostPort}, or name its address`;
  }
  return `Can't reach ${hostPort}: ${describeError(cause)}`;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) {
      throw new DownpourError(
        "control_answer",
        `The answer has more than ${MAX_ANSWER_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return await new Blob(chunks).text();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Record<string, unknown>)[name]
        : undefined,
    value,
  );
}

function textAt(value: unknown, ...path: string[]): string | null {
  const found = at(value, ...path);
  return typeof found === "string" ? found : null;
}
