import { HostError } from "../errors.ts";
import type { WitField, WitType } from "../../types/mod.ts";
import { encodeFrame, type Frame, FrameType } from "./frames.ts";

/** A function as both ends number it. */
export interface PlannedFunction {
  /** Instance, as in `xk6:wrpc/blaster@0.0.1`. */
  readonly instance: string;
  /** Name in WIT. */
  readonly name: string;
  readonly params: readonly WitField[];
  readonly result: WitType | null;
}

/** What a process is to host. */
export interface Plan {
  /** Folder of what jco made: `component.js` and core modules. */
  readonly folder: string;
  /** Functions by their index. */
  readonly functions: readonly PlannedFunction[];
  /** The instance that takes HTTP requests; null for none. */
  readonly handler: string | null;
  /** A new instance for each call. */
  readonly fresh: boolean;
}

/** Index of the function that takes HTTP requests. */
export const HANDLER_INDEX = 0xffff;

/** Why a call failed. */
export interface Failure {
  readonly code: "start_failed" | "trap" | "aborted" | "protocol";
  readonly message: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const CODES: readonly unknown[] = ["start_failed", "trap", "aborted", "protocol"];

/** A frame whose payload is JSON. */
export function encodeJson(type: number, id: number, value: unknown): Uint8Array<ArrayBuffer> {
  return encodeFrame(type, id, encoder.encode(JSON.stringify(value)));
}

/** The plan in a frame: written by the parent, so its shape is taken as it is. */
export function decodePlan({ payload }: Frame): Plan {
  return parse(payload) as unknown as Plan;
}

/** The failure in a frame. @throws {HostError} `protocol` */
export function decodeFailure({ payload }: Frame): Failure {
  const { code, message } = parse(payload);
  if (!CODES.includes(code) || typeof message !== "string") throw malformed("failure");
  return { code, message } as Failure;
}

/** The line in a frame. @throws {HostError} `protocol` */
export function decodeLine({ payload }: Frame): string {
  const { line } = parse(payload);
  if (typeof line !== "string") throw malformed("line");
  return line;
}

/** A call. */
export function encodeCall(id: number, index: number, params: Uint8Array): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(2 + params.length);
  new DataView(payload.buffer).setUint16(0, index);
  payload.set(params, 2);
  return encodeFrame(FrameType.call, id, payload);
}

/** Index and parameters in a frame. @throws {HostError} `protocol` */
export function decodeCall({ payload }: Frame): { index: number; params: Uint8Array } {
  if (payload.length < 2) throw malformed("call");
  const view = new DataView(payload.buffer, payload.byteOffset);
  return { index: view.getUint16(0), params: payload.subarray(2) };
}

/** A credit. */
export function encodeCredit(id: number, bytes: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, bytes);
  return encodeFrame(FrameType.credit, id, payload);
}

/** The bytes of a credit. @throws {HostError} `protocol` */
export function decodeCredit({ payload }: Frame): number {
  if (payload.length !== 4) throw malformed("credit");
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw malformed("JSON");
}

function malformed(what: string): HostError {
  return new HostError("protocol", "call", `got a malformed ${what}`);
}
