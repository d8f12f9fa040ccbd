import { pack } from "../data/pack.ts";
import type { PageData } from "../data/types.ts";
import { markup } from "../drawing/node.ts";
import { pageDocument } from "./document.ts";
import { fallback } from "./fallback.ts";

/** The page of a finished run as one file: its data within, tables and plots where scripts are off. */
export async function reportDocument(
  data: PageData,
  { script, style }: { readonly script: string; readonly style: string },
): Promise<string> {
  return await pageDocument({
    ...{ title: data.run.name, script, style },
    data: await pack(JSON.stringify(data)),
    fallback: markup(fallback(data)),
  });
}
