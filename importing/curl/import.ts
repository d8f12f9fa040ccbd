import { baseName, decoded, tooLarge } from "../document.ts";
import { ImportError } from "../errors.ts";
import type { ImportOptions } from "../imported.ts";
import { LIMITS } from "../limits.ts";
import type { FileDefinition, Part, ScriptPlan, Value } from "../script/plan.ts";
import { Definitions } from "../script/secrets.ts";
import { Targets } from "../targets.ts";
import { Masked } from "../templated.ts";
import { type CurlOption, curlOptions } from "./options.ts";
import { type Parts, plain } from "./parts.ts";
import { type Transfer, transferStep } from "./request.ts";
import { shellCommands, type Word } from "./words.ts";

/** Words that may stand before `curl`. */
const BEFORE = new Set(["$", "time", "sudo", "exec", "command", ">", "%"]);

/** The script of curl's command lines. @throws {ImportError} */
export function importCurl(file: string, text: string, options: ImportOptions): ScriptPlan {
  if (/\^["%]|\^\r?\n/.test(text)) {
    throw new ImportError("import_invalid", file, {
      problem: "has a command for cmd.exe",
      expected: "a curl command for a POSIX shell: copy it as cURL (bash)",
    });
  }
  if (text.length > LIMITS.bodies) {
    throw tooLarge(file, `has ${text.length} characters`, `at most ${LIMITS.bodies}`);
  }
  const definitions = new Definitions(options.keepSecrets ?? false);
  const notes: string[] = [];
  const transfers: Transfer[] = [];
  let insecure = false;
  for (const { words, line, piped, comment } of shellCommands(file, text)) {
    const command = curlWords(words);
    if (command === null) {
      const isAssignment = words.every(([first]) => /^\w+=/.test(String(first)));
      if (!piped && !isAssignment) notes.push(`line ${line}: ${shown(words)} is not curl`);
      continue;
    }
    const parts = command.map((word) => partsOf(word, definitions));
    const given = curlOptions(parts, plain, (word, start) => cut(word, start));
    insecure ||= given.some(({ name }) => name === "insecure");
    for (const transfer of split(given)) {
      transfers.push(...transfersOf(transfer, { file, line, comment }));
    }
    if (transfers.length > LIMITS.requests) {
      throw tooLarge(file, "has too many requests", `at most ${LIMITS.requests}`);
    }
  }
  if (transfers.length === 0) {
    throw new ImportError("import_empty", file, {
      problem: "has no curl command",
      expected: "lines such as curl https://127.0.0.1:8000/",
    });
  }
  const targets = new Targets(transfers.map(({ parsed }) => parsed), definitions);
  const files = new Map<string, FileDefinition>();
  const steps = transfers.map((transfer) =>
    transferStep(transfer, {
      definitions,
      targets,
      note: (note) => notes.push(note),
      file(path, binary) {
        const key = `${binary} ${path}`;
        const known = files.get(key) ?? { kind: "file", path, binary };
        files.set(key, known);
        return known;
      },
    })
  );
  return {
    title: `${baseName(file)} (curl)`,
    target: targets.main,
    client: new Map(),
    options: new Map<string, Value>(insecure ? [["insecureSkipTLSVerify", true]] : []),
    steps,
    notes: [...new Set(notes)],
  };
}

/** The words behind `curl`; null for another command. */
function curlWords(words: readonly Word[]): readonly Word[] | null {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const text = word.length === 1 && typeof word[0] === "string" ? word[0] : "";
    if (/(^|[/\\])curl(\.exe)?$/.test(text)) return words.slice(i + 1);
    if (!BEFORE.has(text) && !/^\w+=/.test(String(word[0]))) return null;
  }
  return null;
}

function partsOf(word: Word, definitions: Definitions): Parts {
  return word.map((part) => typeof part === "string" ? part : definitions.missing(part.variable));
}

function cut(word: Parts, start: number): Parts {
  const [first = "", ...rest] = word;
  return typeof first === "string" ? [first.slice(start), ...rest] : word;
}

/** The options of each transfer: `--next` begins another. */
function split(options: readonly CurlOption<Parts>[]): CurlOption<Parts>[][] {
  const all: CurlOption<Parts>[][] = [[]];
  for (const option of options) {
    if (option.name === "next") all.push([]);
    else all.at(-1)!.push(option);
  }
  return all;
}

/** A transfer for each of its URLs. */
function transfersOf(
  options: readonly CurlOption<Parts>[],
  { file, line, comment }: {
    readonly file: string;
    readonly line: number;
    readonly comment: string;
  },
): Transfer[] {
  const urls = options.filter(({ name }) => name === "url").map(({ value }) => value ?? []);
  if (urls.length === 0) {
    const problem = "has no URL";
    const expected = "curl with an http: or https: URL";
    throw new ImportError("import_invalid", file, { place: `line ${line}`, problem, expected });
  }
  return urls.map((word) => {
    const url = new Masked(atTarget(word));
    const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(url.text) ? url.text : `http://${url.text}`;
    const parsed = URL.parse(text);
    const isHttp = parsed?.protocol === "http:" || parsed?.protocol === "https:";
    if (parsed === null || !isHttp || url.isMasked(parsed.host)) {
      throw new ImportError("import_invalid", file, {
        place: `line ${line}`,
        problem: `has the URL ${JSON.stringify(plain(word).slice(0, 80))}`,
        expected: "an http: or https: URL whose host is no part of a variable",
      });
    }
    const { username, password } = parsed;
    const userinfo: CurlOption<Parts>[] = username === "" && password === "" ? [] : [{
      name: "user",
      value: url.parts(`${decoded(username)}:${decoded(password)}`),
    }];
    // Curl's own option comes first.
    return { options: [...userinfo, ...options], url, parsed, comment };
  });
}

/** A variable that a URL begins with is its host, unless it is a user's name: the script's target stands for it. */
function atTarget(word: Parts): readonly Part[] {
  const [first, second = "", ...rest] = word;
  const isUser = /^[^/?#]*@/.test(word.slice(1).map((part) => plain([part])).join(""));
  if (typeof first === "string" || first === undefined || isUser) return word;
  const path = typeof second === "string" ? second : "/";
  return [`http://127.0.0.1:8000${path === "" ? "/" : path}`, ...rest];
}

function shown(words: readonly Word[]): string {
  return words.map((word) =>
    word.map((part) => typeof part === "string" ? part : `$${part.variable}`).join("")
  ).join(" ").slice(0, 60);
}
