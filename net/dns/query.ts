import { checkNames, formatDuration, ipVersionOf } from "../../internal/mod.ts";
import { Cutoff } from "../_cutoff.ts";
import { type Address, formatAddress } from "../address.ts";
import { NetError, netError, type NetErrorCode } from "../errors.ts";
import { reverseName } from "./_reverse_name.ts";
import * as read from "./_options.ts";
import { systemServers } from "./_system_servers.ts";
import type { Exchange } from "./exchange.ts";
import { exchangeTcp } from "./exchange_tcp.ts";
import { exchangeUdp } from "./exchange_udp.ts";
import { decodeHead, decodeReply, encodeQuery, type Reply } from "./message.ts";
import { checkQueryHandlers, type QueryEventHandlers } from "./query_events.ts";
import { type DnsRecord, equalNames, rcodeName, type RecordType } from "./records.ts";

/** How servers are asked. */
export interface QueryOptions<T extends RecordType = RecordType> {
  /** The type of record asked for. @default {"A"} */
  rrtype?: T;
  /**
   * Servers by IP address, as in `1.1.1.1:53`, `[::1]:53` or `1.1.1.1` (port 53), in the order in
   * which they are asked. Default: those of `/etc/resolv.conf`, which takes the permission to read it.
   */
  servers?: readonly string[];
  /** How long one server may take each time: milliseconds, or a duration as in `"2s"`. @default {"5s"} */
  timeout?: number | string;
  /**
   * The transport. With `udp`, a reply that was cut to fit a datagram is asked for again over TCP.
   * @default {"udp"}
   */
  protocol?: "udp" | "tcp";
  /**
   * How often a server that doesn't answer is asked: all of them once, then the silent ones again.
   * What a server refused or failed at, it isn't asked again. @default {2}
   */
  attempts?: number;
  /** Stops the query. */
  signal?: AbortSignal;
  /** Listeners, which are told of each server that is asked. Default: none. */
  eventHandlers?: QueryEventHandlers;
}

/** What a server answered. */
export interface QueryResult {
  /** The name that was asked for, as it was sent. */
  readonly name: string;
  /** Records of the answer section, those of an alias included; unknown types are left out. */
  readonly records: readonly DnsRecord[];
  /** The response code: `NOERROR` or `NXDOMAIN`. */
  readonly rcode: string;
  /** The server that answered, as in `1.1.1.1:53`. */
  readonly server: string;
  /** The transport of the answer: `tcp` after a datagram that was cut. */
  readonly protocol: "udp" | "tcp";
  /** Milliseconds from the first question to the answer, other servers' failures included. */
  readonly durationMs: number;
  /** Whether the answer is incomplete, which over TCP is rare. */
  readonly truncated: boolean;
  /** Whether the server has the zone itself. */
  readonly authoritative: boolean;
}

/** The ways of asking. */
export interface Exchanges {
  /** By datagram. */
  readonly udp: Exchange;
  /** By connection. */
  readonly tcp: Exchange;
}

const NAMES = ["rrtype", "servers", "timeout", "protocol", "attempts", "signal", "eventHandlers"];
const DEFAULT_TIMEOUT = "5s";
const HEADER = 12;
const FORMERR = 1;
const NOTIMP = 4;
const ANSWERS = ["NOERROR", "NXDOMAIN"];
/** Failures of this process: another server won't help. */
const OWN_FAILURES = ["permission_denied", "generator_saturated", "aborted", "address_invalid"];

/**
 * Asks DNS servers and returns the answer as it is: that there is no such name is one, and an alias
 * isn't followed. The next server is asked when one doesn't answer in time, refuses, fails, or
 * answers nonsense. For a PTR record an IP address may be given. Names are taken as they are: the
 * system's search domains don't count.
 *
 * @throws {NetError} `dns_timeout`, `dns_failed` (the last server's failure; the message has all),
 * `address_invalid`, `permission_denied`, `generator_saturated`, `aborted`
 * @throws {OptionError} for an option that doesn't exist or a value out of its range
 */
export function query(host: string, options: QueryOptions = {}): Promise<QueryResult> {
  return queryBy({ udp: exchangeUdp, tcp: exchangeTcp }, host, options);
}

/** `query` by given transports. */
export async function queryBy(
  exchanges: Exchanges,
  host: string,
  options: QueryOptions,
): Promise<QueryResult> {
  checkNames("dns", options, NAMES);
  const { rrtype = "A", timeout = DEFAULT_TIMEOUT, protocol = "udp", attempts = 2 } = options;
  const { signal, eventHandlers: handlers } = options;
  read.checkSignal(signal);
  checkQueryHandlers(handlers);
  const plan: Plan = {
    type: read.readType(rrtype),
    name: sentName(host, rrtype),
    timeoutMs: read.readTimeout(timeout),
    protocol: read.checkChoice("protocol", protocol, ["udp", "tcp"]),
    signal,
    handlers,
    exchanges,
  };
  read.readAttempts(attempts);
  const servers = options.servers === undefined
    ? await systemServers()
    : read.readServers(options.servers);
  return await askAll(servers, attempts, plan, host);
}

interface Plan {
  readonly type: RecordType;
  readonly name: string;
  readonly timeoutMs: number;
  readonly protocol: "udp" | "tcp";
  readonly signal: AbortSignal | undefined;
  readonly handlers: QueryEventHandlers | undefined;
  readonly exchanges: Exchanges;
}

/** What a server said, whatever its code. */
interface Answer {
  readonly reply: Reply;
  readonly protocol: "udp" | "tcp";
}

/** The name to ask for, spelled as replies will spell it. */
function sentName(host: string, type: RecordType): string {
  let name = host;
  if (ipVersionOf(String(host)) !== 0) {
    if (type !== "PTR") {
      throw new NetError(
        "address_invalid",
        `name ${JSON.stringify(host)} is invalid: an IP address has PTR records only, not ${type}`,
      );
    }
    name = reverseName(host);
  }
  return decodeHead(encodeQuery({ id: 0, name, type, edns: false })).question!.name;
}

async function askAll(
  servers: readonly Address[],
  attempts: number,
  plan: Plan,
  host: string,
): Promise<QueryResult> {
  const begin = performance.now();
  const failures = new Map<Address, NetError>();
  let last: NetError | undefined;
  let toAsk = servers;
  for (let attempt = 0; attempt < attempts && toAsk.length > 0; attempt++) {
    const silent: Address[] = [];
    for (const server of toAsk) {
      const answer = await askOne(server, plan);
      if (!(answer instanceof NetError)) {
        const { reply, protocol } = answer;
        return {
          name: plan.name,
          records: reply.records,
          rcode: rcodeName(reply.rcode),
          server: formatAddress(server),
          protocol,
          durationMs: performance.now() - begin,
          truncated: reply.truncated,
          authoritative: reply.authoritative,
        };
      }
      last = answer;
      failures.set(server, last);
      if (OWN_FAILURES.includes(last.code)) throw failed(host, plan, last, [last]);
      if (last.code === "dns_timeout") silent.push(server);
    }
    toAsk = silent;
  }
  throw failed(host, plan, last!, [...failures.values()]);
}

function failed(host: string, plan: Plan, last: NetError, all: readonly NetError[]): NetError {
  if (last.code === "aborted") {
    const cause = plan.signal?.reason;
    return new NetError("aborted", `lookup of ${host} aborted`, { phase: "lookup", cause });
  }
  const known = OWN_FAILURES.includes(last.code) || last.code === "dns_timeout";
  const reasons = all.map((error) => error.message).join("; ");
  return new NetError(
    known ? last.code : "dns_failed",
    `lookup of ${host} (${plan.type}) failed: ${reasons}`,
    { phase: "lookup", cause: last },
  );
}

/** Asks one server, and tells of it; resolves with an answer that counts, or why there is none. */
async function askOne(server: Address, plan: Plan): Promise<Answer | NetError> {
  const shown = formatAddress(server);
  const { name, type, handlers } = plan;
  handlers?.queryStart?.({ server: shown, name, type });
  const begin = performance.now();
  const answer = await answerOf(server, shown, plan)
    .catch((cause) => netError(cause, "connect", shown));
  const said = answer instanceof NetError ? null : answer;
  const rcode = said && rcodeName(said.reply.rcode);
  const result = rcode === null || ANSWERS.includes(rcode)
    ? answer
    : lookupError("dns_failed", `${shown} answered ${rcode}`);
  handlers?.queryEnd?.({
    ...{ server: shown, name, type, rcode },
    protocol: said?.protocol ?? null,
    records: said?.reply.records ?? [],
    error: result instanceof NetError ? result : null,
    durationMs: performance.now() - begin,
  });
  return result;
}

/** What a server answers within its time; rejects where it doesn't. */
async function answerOf(server: Address, shown: string, plan: Plan): Promise<Answer> {
  const cutoff = new Cutoff(plan.signal, plan.timeoutMs);
  try {
    cutoff.signal.throwIfAborted();
    let answer = await exchangeOne(server, plan, true, cutoff.signal);
    // Servers of the days before EDNS refuse what they don't know (RFC 6891 §7).
    if (answer.reply.rcode === FORMERR || answer.reply.rcode === NOTIMP) {
      answer = await exchangeOne(server, plan, false, cutoff.signal);
    }
    return answer;
  } catch (error) {
    if (!cutoff.signal.aborted) throw error;
    if (!cutoff.timedOut) throw lookupError("aborted", "aborted");
    const limit = formatDuration(plan.timeoutMs);
    throw lookupError("dns_timeout", `${shown} did not answer within ${limit}`);
  } finally {
    cutoff.clear();
  }
}

async function exchangeOne(
  server: Address,
  plan: Plan,
  edns: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  const { type, name, exchanges } = plan;
  const [id] = crypto.getRandomValues(new Uint16Array(1));
  const bytes = encodeQuery({ id: id!, name, type, edns });
  const isReply = (message: Uint8Array) => answers(message, bytes);
  let { protocol } = plan;
  try {
    let message = await exchanges[protocol](server, bytes, isReply, signal);
    if (protocol === "udp" && decodeHead(message).truncated) {
      protocol = "tcp";
      message = await exchanges.tcp(server, bytes, isReply, signal);
    }
    return { reply: decodeReply(message), protocol };
  } catch (error) {
    if (!(error instanceof NetError) || error.code !== "dns_failed") throw error;
    throw lookupError("dns_failed", `${formatAddress(server)} answered, but ${error.message}`);
  }
}

/** Whether a message is the reply to a query (RFC 5452 §9.1; its source is looked at elsewhere). */
function answers(message: Uint8Array, query: Uint8Array): boolean {
  if (message.length < HEADER || message[0] !== query[0] || message[1] !== query[1]) return false;
  const asked = decodeHead(query).question!;
  try {
    const { isReply, opcode, rcode, question } = decodeHead(message);
    if (!isReply || opcode !== 0) return false;
    // A server that couldn't read the question needn't repeat it.
    if (question === null) return !ANSWERS.includes(rcodeName(rcode));
    return question.type === asked.type && equalNames(question.name, asked.name);
  } catch {
    return true; // Nonsense from who knows the id: decoding it says what is wrong.
  }
}

function lookupError(code: NetErrorCode, message: string): NetError {
  return new NetError(code, message, { phase: "lookup" });
}
