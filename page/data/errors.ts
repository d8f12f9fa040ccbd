import type { Registry, Tags } from "../../metrics/mod.ts";
import { FAMILIES } from "./families.ts";
import type { PageError } from "./types.ts";

/** Most kinds of errors: the most frequent. */
const MAX_ERRORS = 100;

/** Where errors are counted, and how their tags say what they were and where. */
const SOURCES: readonly {
  readonly metric: string;
  /** What went wrong; null where nothing did. */
  text(tags: Tags): string | null;
}[] = [
  { metric: "http_reqs", text: httpError },
  ...FAMILIES.filter(({ id }) => id !== "http").map(({ failed, title }) => ({
    metric: failed,
    text: (tags: Tags) => {
      const said = ["code", "reason", "error", "phase"].flatMap((tag) => tags.get(tag) ?? []);
      return [title, ...new Set(said)].join(" ");
    },
  })),
  { metric: "packet_connections_failed", text: (tags) => `connect: ${tags.get("reason") ?? "?"}` },
  {
    metric: "nats_msgs_dropped",
    text: (tags) => `message dropped: ${tags.get("reason") ?? "no reason known"}`,
  },
];

/** What failed in a run, by kind and place, most frequent first. */
export function errorsOf(metrics: Registry): PageError[] {
  const found = new Map<string, PageError & { count: number }>();
  for (const { metric, text } of SOURCES) {
    for (const { tags, aggregate } of metrics.series(metric)) {
      const said = aggregate.type === "counter" ? text(tags) : null;
      if (said === null || aggregate.type !== "counter") continue;
      const where = placeOf(tags);
      const key = JSON.stringify([said, where]);
      const error = found.get(key) ?? { text: said, where, count: 0 };
      error.count += aggregate.total;
      found.set(key, error);
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count).slice(0, MAX_ERRORS);
}

function httpError(tags: Tags): string | null {
  const [code, error] = [tags.get("error_code") ?? "", tags.get("error") ?? ""];
  if (code === "" && error === "") return null;
  const status = tags.get("status") ?? "0";
  if (status !== "0" && code === String(1000 + Number(status))) return `status ${status}`;
  if (error === "") return `error ${code}`;
  return code === "" ? error : `${error} (${code})`;
}

function placeOf(tags: Tags): string {
  const name = tags.get("name") ?? tags.get("url") ?? tags.get("subject") ??
    tags.get("endpoint") ?? tags.get("transport") ?? tags.get("kind") ?? "";
  return [tags.get("method"), name].filter((text) => text).join(" ");
}
