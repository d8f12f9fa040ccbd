/** Reads JSON, or JSON with comments and commas at ends, as `deno.jsonc` may have. @throws {SyntaxError} */
export function parseJsonc(text: string): unknown {
  const plain = text
    .replaceAll(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[^]*?\*\//g, "$1")
    .replaceAll(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, "$1");
  return JSON.parse(plain);
}
