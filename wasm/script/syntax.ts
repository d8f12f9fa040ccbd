import type { Token } from "./lexer.ts";
import type { ActionName, SettingName } from "./words.ts";

/** `0:4 "big"`: bytes of a packet or header, as written. */
export interface FieldSyntax {
  readonly start: Token;
  readonly length: Token;
  readonly endian: Token;
}

/** One entry of `ENDPOINTS`; the port of `127.0.0.1:9000`, unquoted, is a token of its own. */
export interface EndpointSyntax {
  readonly host: Token;
  readonly port: Token | null;
}

/** One entry of `PACKETS`. */
export interface PacketSyntax {
  readonly name: Token;
  readonly path: Token;
}

/** What is between braces. */
export interface ListSyntax<T> {
  readonly items: readonly T[];
  /** Whether nothing had to be left out. */
  readonly whole: boolean;
}

/** What a setting is given. */
export type SettingValue =
  | { readonly kind: "value"; readonly value: Token }
  | { readonly kind: "endpoints"; readonly list: ListSyntax<EndpointSyntax> }
  | { readonly kind: "packets"; readonly list: ListSyntax<PacketSyntax> }
  | { readonly kind: "field"; readonly field: FieldSyntax }
  /** Told of already. */
  | { readonly kind: "broken" };

/** One setting. */
export interface SettingSyntax {
  readonly key: Token;
  readonly given: SettingValue;
}

/** A `SETTINGS` block. */
export interface SettingsSyntax {
  readonly keyword: Token;
  readonly name: Token | null;
  readonly settings: ReadonlyMap<SettingName, SettingSyntax>;
}

/** What an option of an action is given, by option. */
export interface OptionsSyntax {
  readonly offset?: Token;
  readonly copies?: Token;
  readonly counter?: FieldSyntax & { readonly keyword: Token; readonly step: Token };
  readonly timestamp?: FieldSyntax & { readonly keyword: Token; readonly unit: Token };
}

/** One action. */
export interface ActionSyntax {
  readonly name: ActionName;
  readonly keyword: Token;
  /** Sessions of `CREATE`. */
  readonly count: Token | null;
  /** Sessions of every other action. */
  readonly range: { readonly from: Token; readonly to: Token } | null;
  /** Packet of `SEND`. */
  readonly packet: Token | null;
  readonly options: OptionsSyntax;
}

/** An `ORCHESTRATOR` block. */
export interface OrchestratorSyntax {
  readonly keyword: Token;
  readonly name: Token | null;
  readonly actions: readonly ActionSyntax[];
}

/** A script, as far as it could be read. */
export interface ScriptSyntax {
  readonly settings: readonly SettingsSyntax[];
  readonly orchestrators: readonly OrchestratorSyntax[];
  /** Behind the last character. */
  readonly end: Token;
}
