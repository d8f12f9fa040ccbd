import { OptionError } from "../internal/mod.ts";
import type { Secrets } from "../runner/mod.ts";
import { METHODS } from "./methods.ts";
import type { QuickArgs } from "./quick.ts";
import type { QuickFlags } from "./quick_options.ts";
import { quickScenario } from "./quick_scenario.ts";
import type { Sources } from "./quick_sources.ts";
import { type ListedUrl, namedTargets, parseUrls } from "./quick_urls.ts";
import { type RequestPart, tagOverride } from "./request.ts";
import { parseTargetUrl } from "./target_url.ts";
import { thresholdOverride } from "./threshold_flags.ts";
import { durationMs, headerLines } from "./values.ts";

/** A quick run, and what to say of where it goes. */
export interface QuickRequest extends RequestPart {
  /** Where it goes, for messages. */
  readonly shown: string;
  /** Hosts that are not this machine, as `host:port`. */
  readonly foreign: readonly string[];
}

const MIB = 2 ** 20;
/** Most bytes of a body: all shards get a copy of it, as base64. */
const MOST_BODY = 32 * MIB;
const MOST_LIST = 16 * MIB;
const MOST_HEADERS = MIB;
/** Redirects of `--follow`, as in k6. */
const MOST_REDIRECTS = 10;
/** Hosts that a process is told one by one. */
const MOST_HOSTS = 200;

/**
 * The run that `downpour URL` asks for.
 *
 * @param url the operand; with `--urls` there need be none
 * @throws {OptionError}
 */
export async function quickRequest(
  url: string | undefined,
  flags: QuickFlags,
  sources: Sources,
): Promise<QuickRequest> {
  const scenario = quickScenario(flags);
  const body = await bodyOf(flags, sources);
  const listed = await urlsOf(url, flags, body === null ? "GET" : "POST", sources);
  const { target: first, method } = listed[0]!;
  const targets = namedTargets(listed);
  const hosts = [...new Set(listed.map(({ target }) => target.hostPort))];
  const foreign = listed.filter(({ target }) => !target.loopback).map((one) => one.target.hostPort);
  const unix = flags.unix === undefined ? null : unixPath(flags.unix);
  const shown = unix === null ? first.shown : `${unix} (${first.shown})`;
  const { auth, secrets } = await authOf(flags, sources);
  const args: QuickArgs = {
    targets,
    random: flags.random ?? false,
    shown,
    address: unix ?? first.hostPort,
    unix,
    headers: await headersOf(flags, sources),
    body,
    timeoutMs: flags.timeout === undefined ? 60_000 : durationMs("--timeout", flags.timeout),
    maxRedirects: flags.follow === true ? MOST_REDIRECTS : 0,
    http2: flags.http2 ?? false,
    auth,
  };
  const many = targets.length > 1 ? ` and ${targets.length - 1} more` : "";
  return {
    shown,
    foreign: unix === null ? [...new Set(foreign)] : [],
    source: { kind: "builtin", name: "quick", args, title: `${method} ${shown}${many}` },
    overrides: {
      scenarios: { default: scenario },
      ...tagOverride(flags),
      ...thresholdOverride(flags.threshold),
      ...(flags.insecure === true ? { insecureSkipTLSVerify: true } : {}),
      ...(flags.keepalive === false ? { noConnectionReuse: true } : {}),
    },
    env: {},
    ...(secrets === null ? {} : { secrets }),
    // Nobody knows ahead where redirects lead.
    allowNet: flags.follow === true || hosts.length > MOST_HOSTS
      ? true
      : unix === null
      ? hosts
      : [],
    allowRead: [],
    ...(unix === null ? {} : { allowUnix: [unix] }),
  };
}

async function urlsOf(
  url: string | undefined,
  flags: QuickFlags,
  fallback: string,
  sources: Sources,
): Promise<ListedUrl[]> {
  const method = flags.method?.toUpperCase() ?? fallback;
  if (!METHODS.includes(method)) {
    throw new OptionError(
      "--method",
      `--method is not one of ${METHODS.join(", ")}: "${flags.method}"`,
    );
  }
  if (url !== undefined) parseTargetUrl(url);
  if (flags.urls === undefined) {
    if (flags.random) throw new OptionError("--random", "--random needs a list: --urls FILE");
    return [{ method, target: parseTargetUrl(url!) }];
  }
  return parseUrls(await sources.text("--urls", flags.urls, MOST_LIST), url, method);
}

/** The body as it is sent; from files and standard input byte by byte. */
async function bodyOf(
  { body, bodyFile }: QuickFlags,
  sources: Sources,
): Promise<QuickArgs["body"]> {
  if (body !== undefined && bodyFile !== undefined) {
    throw new OptionError("--body-file", "--body-file and --body can't be used together");
  }
  const option = body === undefined ? "--body-file" : "--body";
  const path = bodyFile ?? (body === "-" ? "-" : body?.startsWith("@") ? body.slice(1) : undefined);
  if (path === undefined) return body ?? null;
  return { base64: (await sources.bytes(option, path, MOST_BODY)).toBase64() };
}

async function headersOf({ header }: QuickFlags, sources: Sources): Promise<QuickArgs["headers"]> {
  const lines: string[] = [];
  for (const text of header) {
    if (!text.startsWith("@")) lines.push(text);
    else {
      const file = await sources.text("--header", text.slice(1), MOST_HEADERS);
      lines.push(...file.split(/\r?\n/).filter((line) => line.trim() !== ""));
    }
  }
  return headerLines("--header", lines);
}

async function authOf(
  flags: QuickFlags,
  sources: Sources,
): Promise<{ auth: QuickArgs["auth"]; secrets: Secrets | null }> {
  const given = (["basic", "digest", "bearer"] as const).filter((type) =>
    flags[type] !== undefined
  );
  if (given.length === 0) return { auth: null, secrets: null };
  const type = given[0]!;
  if (given.length > 1) {
    throw new OptionError(`--${given[1]}`, `--${given[1]} and --${type} can't be used together`);
  }
  const value = await secretOf(`--${type}`, flags[type]!, sources);
  const secrets = (text: string) => ({ sources: { auth: { value: text } }, default: null });
  if (type === "bearer" && !/^[\w.~+/-]+=*$/.test(value)) {
    throw new OptionError(
      "--bearer",
      `--bearer: what it names is no token (RFC 6750): give it alone, without "Bearer"`,
    );
  }
  if (type === "bearer") return { auth: { type, token: value }, secrets: secrets(value) };
  const colon = value.indexOf(":");
  if (colon < 1) {
    throw new OptionError(`--${type}`, `--${type}: what it names is not USER:PASSWORD`);
  }
  const [username, password] = [value.slice(0, colon), value.slice(colon + 1)];
  return {
    auth: { type, username, password },
    secrets: password === "" ? null : secrets(password),
  };
}

/** The first line of a file, or a variable. No message holds it, nor what may have been meant as one. */
async function secretOf(option: string, source: string, sources: Sources): Promise<string> {
  const [, kind, name] = /^(env|file)=(.+)$/s.exec(source) ?? [];
  if (kind === undefined || name === undefined) {
    throw new OptionError(
      option,
      `${option} takes env=NAME or file=PATH: others can read what stands on a command line`,
    );
  }
  const text = kind === "file"
    ? (await sources.text(option, name, MIB)).split(/\r?\n/, 1)[0]!
    : sources.env(name);
  if (text === undefined) {
    throw new OptionError(
      option,
      `${option}: the variable ${name} is not set, or may not be read (--allow-env=${name})`,
    );
  }
  if (text === "") throw new OptionError(option, `${option}: ${kind} ${name} is empty`);
  if (/[\0\r\n]/.test(text)) throw new OptionError(option, `${option}: ${name} has several lines`);
  return text;
}

/** Absolute, as processes are given it. */
function unixPath(path: string): string {
  if (path === "" || path.includes(",")) {
    throw new OptionError("--unix", `--unix is not a path without a comma: "${path}"`);
  }
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}
