/** A fenced code block of a Markdown file or a doc comment. */
export interface DocBlock {
  /** Line of its opening fence, from 1. */
  readonly line: number;
  /** First word behind the fence: `ts`, `sh`, or nothing. */
  readonly language: string;
  /** The other words behind the fence: `ignore`. */
  readonly attributes: readonly string[];
  readonly text: string;
}

const RUNNABLE = new Set([
  ...["js", "mjs", "cjs", "jsx", "javascript"],
  ...["ts", "mts", "cts", "tsx", "typescript"],
]);

/** Whether `deno test --doc` takes a block for code. */
export function isCode(block: DocBlock): boolean {
  return RUNNABLE.has(block.language);
}

/** Whether `deno test --doc` skips a block of code. */
export function isIgnored(block: DocBlock): boolean {
  return block.attributes.includes("ignore");
}

/** The fenced blocks of a Markdown text. */
export function markdownBlocks(text: string): DocBlock[] {
  const blocks: DocBlock[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const open = /^\s*(`{3,}|~{3,})\s*([^`]*)$/.exec(lines[at]!);
    if (open === null) continue;
    const fence = open[1]!;
    const [language = "", ...attributes] = open[2]!.trim().split(/[\s,]+/);
    const inside: string[] = [];
    const line = at + 1;
    for (at++; at < lines.length && !closes(lines[at]!, fence); at++) inside.push(lines[at]!);
    blocks.push({ line, language, attributes, text: inside.join("\n") });
  }
  return blocks;
}

function closes(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text === fence[0]!.repeat(text.length);
}

/** The fenced blocks of the doc comments of a TypeScript source. */
export function commentBlocks(source: string): DocBlock[] {
  return docComments(source).flatMap(({ line, text }) =>
    markdownBlocks(text).map((block) => ({ ...block, line: block.line + line - 1 }))
  );
}

/** The doc comment that describes a whole module: the one with `@module`. */
export function moduleDoc(source: string): { line: number; text: string } | null {
  return docComments(source).find(({ text }) => /^\s*@module\b/m.test(text)) ?? null;
}

/** The doc comments of a source, without their stars; a comment inside a string counts as one too. */
function docComments(source: string): { line: number; text: string }[] {
  return [...source.matchAll(/^[ \t]*\/\*\*(?!\/)([\s\S]*?)\*\//gm)].map((match) => ({
    line: source.slice(0, match.index).split("\n").length,
    text: match[1]!.replace(/^[ \t]*\* ?/gm, ""),
  }));
}
