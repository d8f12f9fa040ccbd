/**
 * Makes `page/_client.gen.ts` from `page/client/`: the browser's code in one script, its style in
 * one text, both as constants, so that the page needs no build step and no file beside it.
 *
 * @module
 */

const ENTRY = "page/client/main.ts";
const STYLE = "page/client/style.css";
const MADE = "page/_client.gen.ts";

/** The text of the generated module. @throws with what the bundler says */
export async function generateClient(): Promise<string> {
  const [script, style] = await Promise.all([bundled(), styled()]);
  return `// deno-lint-ignore-file
// deno-fmt-ignore-file
// Made from page/client by \`deno task page\`. It holds uPlot (c) Leon Sorokin, MIT License:
// https://github.com/leeoniya/uPlot/blob/master/LICENSE

/** The browser's code. */
export const CLIENT_SCRIPT: string = ${literal(script, "script")};

/** Its style, without the colours of plots. */
export const CLIENT_STYLE: string = ${literal(style, "style")};
`;
}

async function bundled(): Promise<string> {
  const { success, errors, outputFiles = [] } = await Deno.bundle({
    entrypoints: [ENTRY],
    platform: "browser",
    format: "iife",
    minify: true,
    write: false,
    outputPath: "client.js",
  });
  const code = outputFiles[0]?.text();
  if (!success || code === undefined) throw new Error(JSON.stringify(errors, null, 1));
  return code.trim();
}

/** The style sheet without spaces that mean nothing. */
async function styled(): Promise<string> {
  const css = await Deno.readTextFile(STYLE);
  return css.replace(/\/\*.*?\*\//gs, "").replace(/\s+/g, " ").replace(/\s*([{};,])\s*/g, "$1")
    .replaceAll(";}", "}").trim();
}

/** A string literal. @throws when the text would end the element that it stands in */
function literal(text: string, element: string): string {
  if (new RegExp(`</${element}|<!--`, "i").test(text)) {
    throw new Error(`the page's ${element} can't hold </${element} or <!--`);
  }
  return JSON.stringify(text);
}

if (import.meta.main) {
  const text = await generateClient();
  if (Deno.args.includes("--print")) await Deno.stdout.write(new TextEncoder().encode(text));
  else await Deno.writeTextFile(MADE, text);
}
