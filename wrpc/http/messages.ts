import { Buffer } from "node:buffer";
import type { WitStream } from "../codec/mod.ts";

/** Fields on the wire: each name once, with all its values. */
export type WireFields = readonly (readonly [name: string, values: readonly Uint8Array[]])[];

/** A case of a variant with or without text. */
export interface WireCase {
  readonly tag: string;
  readonly val?: string;
}

/** Body and trailers on their way out. */
export interface WireBody {
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** None, or a promise of some. */
  readonly trailers: Promise<WireFields | undefined> | undefined;
}

/** What requests say besides body and trailers. */
export interface WireRequestHead {
  readonly method: WireCase;
  readonly pathWithQuery: string | undefined;
  readonly scheme: WireCase | undefined;
  readonly authority: string | undefined;
  readonly headers: WireFields;
}

/** What responses say besides body and trailers. */
export interface WireResponseHead {
  readonly status: number;
  readonly headers: WireFields;
}

/** Body and trailers on their way in. */
export interface WireArriving {
  readonly body: WitStream<Uint8Array>;
  readonly trailers: Promise<WireFields | undefined>;
}

/** Gathers fields by their lower-case name; values are Latin-1, as they are in HTTP. */
export function toWireFields(fields: Iterable<readonly [string, string]>): WireFields {
  const byName = new Map<string, Uint8Array[]>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    const values = byName.get(key);
    if (values === undefined) byName.set(key, [bytesOf(value)]);
    else values.push(bytesOf(value));
  }
  return [...byName];
}

/** Fields that came. @throws {TypeError} for a name or value that HTTP doesn't allow */
export function fromWireFields(fields: WireFields | undefined): Headers {
  const headers = new Headers();
  for (const [name, values] of fields ?? []) {
    for (const value of values) headers.append(name, textOf(value));
  }
  return headers;
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

const METHODS = new Set([
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"],
]);

/** A method as a case: methods are upper case in HTTP, the names of cases lower case. */
export function toWireMethod(method: string): WireCase {
  return METHODS.has(method) ? { tag: method.toLowerCase() } : { tag: "other", val: method };
}

/** The name of a method. */
export function fromWireMethod({ tag, val }: WireCase): string {
  return tag === "other" ? val ?? "" : tag.toUpperCase();
}

/** A scheme as a case. @param scheme without its colon */
export function toWireScheme(scheme: string): WireCase {
  if (scheme === "http") return { tag: "HTTP" };
  return scheme === "https" ? { tag: "HTTPS" } : { tag: "other", val: scheme };
}

/** The name of a scheme; `http` when there is none. */
export function fromWireScheme(scheme: WireCase | undefined): string {
  if (scheme === undefined) return "http";
  return scheme.tag === "other" ? scheme.val ?? "" : scheme.tag.toLowerCase();
}
