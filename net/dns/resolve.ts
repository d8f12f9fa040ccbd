import { NetError } from "../errors.ts";
import { query, type QueryOptions, type QueryResult } from "./query.ts";
import { equalNames, type RecordData, type RecordType } from "./records.ts";

const MAX_ALIASES = 16;

/**
 * Asks DNS servers for a name's records and returns what they hold. Aliases (CNAME) are followed as
 * far as the answer has them, at most 16.
 *
 * @throws {NetError} `dns_not_found` when there is no such name or no record of the type, and what
 * `query` throws
 * @throws {OptionError} for an option that doesn't exist or a value out of its range
 */
export async function resolve<T extends RecordType = "A">(
  host: string,
  options: QueryOptions<T> = {},
): Promise<RecordData[T][]> {
  const type = options.rrtype ?? "A" as T;
  return pick(await query(host, options), host, type).data;
}

/** What a name's records hold, and the seconds that they may be kept, aliases included. */
export interface Picked<T extends RecordType> {
  readonly data: RecordData[T][];
  readonly ttl: number;
}

/**
 * Finds a name's records in an answer.
 *
 * @throws {NetError} `dns_not_found`, or `dns_failed` when aliases don't come to an end
 */
export function pick<T extends RecordType>(
  answer: QueryResult,
  host: string,
  type: T,
): Picked<T> {
  const { rcode, server, name } = answer;
  if (rcode === "NXDOMAIN") {
    throw failed("dns_not_found", host, type, `${server} says there is no such host`);
  }
  let owner = name;
  let ttl = Infinity;
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
    const own = answer.records.filter((record) => equalNames(record.name, owner));
    const found = own.filter((record) => record.type === type);
    for (const record of found) ttl = Math.min(ttl, record.ttl);
    if (found.length > 0) return { data: found.map(({ data }) => data as RecordData[T]), ttl };
    const alias = own.find((record) => record.type === "CNAME");
    if (alias === undefined) {
      const whose = owner === name ? "" : ` for its alias ${owner}`;
      throw failed("dns_not_found", host, type, `${server} has no ${type} record${whose}`);
    }
    ttl = Math.min(ttl, alias.ttl);
    owner = alias.data;
  }
  throw failed("dns_failed", host, type, `${server} answered with over ${MAX_ALIASES} aliases`);
}

function failed(
  code: "dns_not_found" | "dns_failed",
  host: string,
  type: RecordType,
  reason: string,
): NetError {
  return new NetError(code, `lookup of ${host} (${type}) failed: ${reason}`, { phase: "lookup" });
}
