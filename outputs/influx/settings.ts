import { OptionError } from "../../internal/mod.ts";
import {
  addressOf,
  basicAuth,
  decoded,
  type Endpoint,
  readEndpoint,
  takeParams,
} from "../_endpoint.ts";
import { readFlag, readInterval, readList, refuseVariables, TRUST_HINT } from "../_variables.ts";
import type { OutputEnv } from "../_env.ts";
import type { FieldType } from "./lines.ts";

const DEFAULT_ADDRESS = "http://localhost:8086";
const FIELD_TYPES: readonly FieldType[] = ["string", "int", "float", "bool"];

/** Where and how one output writes. */
export interface InfluxSettings {
  /** `influxdb (http://localhost:8086/k6)` */
  readonly name: string;
  /** The URL that takes lines. */
  readonly write: URL;
  /** The URL that makes the database; null where that is not done by writers. */
  readonly create: URL | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether every sample is written, not what came in an interval. */
  readonly samples: boolean;
  readonly intervalMs: number;
  /** Of samples: tags that are fields, which are not indexed. */
  readonly fields: ReadonlyMap<string, FieldType>;
}

/**
 * InfluxDB 1.x: `http://[user:password@]host:8086[/prefix]/database`, with k6's `K6_INFLUXDB_*`.
 *
 * @throws {OptionError}
 */
export function readSettings1(arg: string, env: OutputEnv): InfluxSettings {
  const { url, headers } = readAddress(arg, "influxdb", "/k6", env);
  const { samples } = readParams(url, "influxdb", ["samples"]);
  const cut = url.pathname.lastIndexOf("/");
  const database = decoded(url.pathname.slice(cut + 1)) || env("K6_INFLUXDB_DB") || "k6";
  const base = url.origin + url.pathname.slice(0, cut);
  const user = env("K6_INFLUXDB_USERNAME");
  const write = withQuery(`${base}/write`, {
    db: database,
    precision: "ns",
    rp: env("K6_INFLUXDB_RETENTION"),
    consistency: env("K6_INFLUXDB_CONSISTENCY"),
  });
  const q = `CREATE DATABASE "${database.replace(/["\\]/g, "\\$&")}"`;
  return {
    name: `influxdb (${base}/${database})`,
    write,
    create: withQuery(`${base}/query`, { q }),
    headers: user && headers["authorization"] === undefined
      ? { ...headers, authorization: basicAuth(user, env("K6_INFLUXDB_PASSWORD") ?? "") }
      : headers,
    ...readCommon(samples, env),
  };
}

/**
 * InfluxDB 2.x: `http://host:8086?org=…&bucket=…`, or k6's `K6_INFLUXDB_ORGANIZATION` and
 * `K6_INFLUXDB_BUCKET`; the token is `K6_INFLUXDB_TOKEN`, as it must not stand in a URL.
 *
 * @throws {OptionError}
 */
export function readSettings2(arg: string, env: OutputEnv): InfluxSettings {
  const { url, headers } = readAddress(arg, "influxdb2", "?org=ORG&bucket=BUCKET", env);
  const params = readParams(url, "influxdb2", ["org", "bucket", "samples"]);
  const bucket = params.bucket || env("K6_INFLUXDB_BUCKET");
  const org = params.org || env("K6_INFLUXDB_ORGANIZATION");
  if (!bucket) {
    throw new OptionError(
      "--out influxdb2",
      "--out influxdb2 names no bucket (add ?bucket=NAME, or set K6_INFLUXDB_BUCKET)",
    );
  }
  const token = env("K6_INFLUXDB_TOKEN");
  const base = addressOf(url).replace(/\/$/, "");
  return {
    name: `influxdb2 (${base}, bucket ${bucket})`,
    write: withQuery(`${base}/api/v2/write`, { org, bucket, precision: "ns" }),
    create: null,
    headers: token ? { ...headers, authorization: `Token ${token}` } : headers,
    ...readCommon(params.samples, env),
  };
}

function readAddress(arg: string, kind: string, rest: string, env: OutputEnv): Endpoint {
  refuseVariables(env, ["K6_INFLUXDB_INSECURE"], TRUST_HINT);
  const address = arg || env("K6_INFLUXDB_ADDR") || DEFAULT_ADDRESS;
  const option = arg === "" && env("K6_INFLUXDB_ADDR") ? "K6_INFLUXDB_ADDR" : `--out ${kind}`;
  return readEndpoint(address, option, DEFAULT_ADDRESS + rest);
}

/** The parameters of the URL, all of which are ours: a mistyped one must not go unnoticed. */
function readParams<N extends string>(
  url: URL,
  kind: string,
  names: readonly N[],
): Partial<Record<N, string>> {
  const params = takeParams(url, names);
  const [left] = url.searchParams.keys();
  if (left === undefined) return params;
  throw new OptionError(
    `--out ${kind}`,
    `--out ${kind} has no parameter "${left}" (it has ${names.join(", ")})`,
  );
}

function readCommon(
  samples: string | undefined,
  env: OutputEnv,
): Pick<InfluxSettings, "samples" | "intervalMs" | "fields"> {
  return {
    samples: readFlag(samples, "samples"),
    intervalMs: readInterval(env, "K6_INFLUXDB_PUSH_INTERVAL", 1000),
    fields: readFields(env("K6_INFLUXDB_TAGS_AS_FIELDS") ?? "vu:int,iter:int,url"),
  };
}

function readFields(list: string): Map<string, FieldType> {
  return new Map(
    readList(list).map((entry) => {
      const cut = entry.lastIndexOf(":");
      if (cut <= 0) return [entry, "string"];
      const type = FIELD_TYPES.find((type) => type === entry.slice(cut + 1));
      if (type !== undefined) return [entry.slice(0, cut), type];
      throw new OptionError(
        "K6_INFLUXDB_TAGS_AS_FIELDS",
        `K6_INFLUXDB_TAGS_AS_FIELDS has a type other than ${FIELD_TYPES.join(", ")}: "${entry}"`,
      );
    }),
  );
}

function withQuery(base: string, query: Readonly<Record<string, string | undefined>>): URL {
  const url = new URL(base);
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  return url;
}
