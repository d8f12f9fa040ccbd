import { CLIENT_SCRIPT, CLIENT_STYLE } from "../_client.gen.ts";
import { PAGE_COLORS } from "../drawing/style.ts";

/** Code and style of the page in the browser. */
export const ASSETS = { script: CLIENT_SCRIPT, style: PAGE_COLORS + CLIENT_STYLE } as const;
