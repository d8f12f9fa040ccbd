import type { Registry } from "../../metrics/mod.ts";
import type { LivePage, PageServer } from "../../page/mod.ts";
import type { RunHandle } from "../../runner/mod.ts";
import { controlApi, refusal } from "../control/mod.ts";
import type { DashPlace } from "./place.ts";

/** What a live page needs of the run. */
export interface ShownRun {
  readonly name: string;
  readonly handle: RunHandle;
  /** The merged series so far; null before there are any. */
  metrics(): Registry | null;
}

/** A page that listens, and the address to open. */
export interface OpenPage {
  readonly page: LivePage;
  /** With the token behind `#`, where there is one: a browser keeps that to itself. */
  readonly link: string;
}

/** Serves the live page of a run that is about to be started. @throws {DownpourError} */
export async function openPage(place: DashPlace, run: ShownRun): Promise<OpenPage> {
  const { serveLivePage } = await import("../../page/mod.ts");
  const closing = new AbortController();
  const api = controlApi(run, place.token, closing.signal);
  const control = { api, refuse: (headers: Headers) => refusal(headers, place.token) };
  const page = await onSomePort(
    place,
    (port) => serveLivePage({ hostname: place.address.hostname, port }, run, control),
  );
  const close = async () => {
    closing.abort();
    await page.close();
  };
  const secret = place.token === null ? "" : `#token=${encodeURIComponent(place.token)}`;
  return { page: { ...page, close }, link: `${page.url}/${secret}` };
}

/** Listens at a place's port, or at a free one where any will do. */
export async function onSomePort<T extends PageServer>(
  { address, anyPort }: DashPlace,
  serve: (port: number) => Promise<T>,
): Promise<T> {
  try {
    return await serve(address.port);
  } catch (error) {
    const inUse = error instanceof Error && error.cause instanceof Deno.errors.AddrInUse;
    if (!anyPort || !inUse) throw error;
    return await serve(0);
  }
}
