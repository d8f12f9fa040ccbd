import { looksLikeJson, tooLarge } from "./document.ts";
import { ImportError } from "./errors.ts";
import { IMPORT_KINDS, type Imported, type ImportKind, type ImportOptions } from "./imported.ts";
import { detectKind } from "./kinds.ts";
import { LIMITS } from "./limits.ts";
import { definitionsOf, requestsOf, type ScriptPlan } from "./script/plan.ts";
import { printScript } from "./script/print.ts";

const EXPECTED = "a HAR, curl commands, OpenAPI 3, a Postman collection or a k6 script";

/**
 * Makes a script of text that describes requests.
 *
 * @param file what the text is called in messages and in the script
 * @throws {ImportError} when nothing can be made of it
 */
export async function importScript(
  file: string,
  text: string,
  options: ImportOptions = {},
): Promise<Imported> {
  if (text.length > LIMITS.bytes) {
    throw tooLarge(file, `has ${text.length} characters`, `at most ${LIMITS.bytes}`);
  }
  const content = text.startsWith("\ufeff") ? text.slice(1) : text;
  if (content.trim() === "") {
    throw new ImportError("import_empty", file, { problem: "is empty", expected: EXPECTED });
  }
  const kind = options.as ?? detectKind(content);
  if (kind === null) {
    throw new ImportError("import_kind_unknown", file, {
      problem: looksLikeJson(content) ? "is JSON of no known kind" : "is of no known kind",
      expected: `${EXPECTED}; --as ${IMPORT_KINDS.join("|")} says which`,
    });
  }
  if (kind === "k6") {
    const { importK6 } = await import("./k6/import.ts");
    return await importK6(file, content);
  }
  return imported(kind, await planOf(kind, file, content, options));
}

/** A plan as a script, with what is to be said of it. */
export function imported(kind: ImportKind, plan: ScriptPlan): Imported {
  const needs = definitionsOf(plan)
    .filter((definition) => definition.kind === "env")
    .filter(({ needed }) => needed)
    .map(({ env }) => env);
  const requests = [...requestsOf(plan.steps)].length;
  const { notes } = plan;
  return { kind, script: printScript(plan), language: "ts", notes, needs, requests };
}

async function planOf(
  kind: Exclude<ImportKind, "k6">,
  file: string,
  text: string,
  options: ImportOptions,
): Promise<ScriptPlan> {
  switch (kind) {
    case "har": {
      const { importHar } = await import("./har/import.ts");
      return await importHar(file, text, options);
    }
    case "curl": {
      const { importCurl } = await import("./curl/import.ts");
      return importCurl(file, text, options);
    }
    case "openapi": {
      const { importOpenApi } = await import("./openapi/import.ts");
      return await importOpenApi(file, text, options);
    }
    case "postman": {
      const { importPostman } = await import("./postman/import.ts");
      return importPostman(file, text, options);
    }
  }
}
