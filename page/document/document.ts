import { escape } from "../drawing/node.ts";

/** What a document is made of: texts that are trusted, and data that is not. */
export interface DocumentParts {
  /** What the tab says. */
  readonly title: string;
  /** The browser's code, which must not hold `</script`. */
  readonly script: string;
  readonly style: string;
  /** Data of a finished run, packed; null for a live page, which asks for it. */
  readonly data: string | null;
  /** What stands there without scripts, as HTML. */
  readonly fallback: string;
}

/** Where the browser's code finds its parts. */
export const IDS = { script: "page-script", style: "page-style", data: "page-data" } as const;

/**
 * One HTML document that needs nothing from outside. A finished run's says so by its policy; a live
 * page's policy comes with its answer's head, as it may ask the server that it came from.
 */
export async function pageDocument(parts: DocumentParts): Promise<string> {
  const { title, script, style, data, fallback } = parts;
  const policy = data === null ? "" : `
<meta http-equiv="Content-Security-Policy" content="${await contentPolicy(parts)}">`;
  const embedded = data === null ? "" : `
<script type="application/octet-stream" id="${IDS.data}">${escape(data)}</script>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">${policy}
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escape(title)} · Downpour</title>
<style id="${IDS.style}">${style}</style>
</head>
<body>
<div id="app"><p class="opening">Downpour</p></div>
<noscript>${fallback}</noscript>${embedded}
<script id="${IDS.script}">${script}</script>
</body>
</html>
`;
}

/** One HTML document without scripts, which may show nothing but itself. */
export async function staticDocument(
  { title, style, body }: {
    readonly title: string;
    readonly style: string;
    /** HTML. */
    readonly body: string;
  },
): Promise<string> {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${
    [
      "default-src 'none'",
      `style-src '${await hashOf(style)}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ].join("; ")
  }">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escape(title)} · Downpour</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/**
 * The Content-Security-Policy of a document: its own script and style by their hashes, and nothing
 * from outside; a live page may ask where it came from.
 */
export async function contentPolicy(
  { script, style, data }: Pick<DocumentParts, "script" | "style" | "data">,
): Promise<string> {
  const rules = [
    "default-src 'none'",
    `script-src '${await hashOf(script)}'`,
    `style-src '${await hashOf(style)}'`,
    "img-src data:",
    ...(data === null ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return rules.join("; ");
}

async function hashOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}
