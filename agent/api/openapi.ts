import { VERSION } from "../../internal/mod.ts";
import { SCHEMAS } from "./openapi_schemas.ts";

/** An answer: what it means, and its body. */
interface DocumentedResponse {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: unknown }>>;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** What may be asked of a path. */
interface Operation {
  readonly summary: string;
  readonly parameters?: readonly unknown[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** As much of OpenAPI 3.1 as the agent's document has. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: typeof SCHEMAS;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

const message = (description: string): DocumentedResponse => ({
  description,
  content: { "text/plain": { schema: ref("Message") } },
});
const jsonBody = (description: string, schema: unknown): DocumentedResponse => ({
  description,
  content: { "application/json": { schema } },
});
function ref(name: keyof typeof SCHEMAS): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** What every path but `/healthz` answers to who may not ask. */
const REFUSED = {
  401: message("The token is missing or wrong"),
  403: message("By another site's page, or by a name that isn't the agent's"),
};
const LOCKED = message("Too many wrong tokens came from this address");
const ID = { name: "id", in: "path", required: true, schema: { type: "string" } };
const query = (name: string, description: string, schema: unknown) => ({
  ...{ name, in: "query", description, schema },
});

const FORM = {
  schema: {
    type: "object",
    required: ["file"],
    properties: { file: { type: "string", format: "binary" } },
  },
};
const UPLOAD_RESPONSES: Operation["responses"] = {
  200: jsonBody("The id that a job names", ref("Uploaded")),
  400: message("No file in the form, a form that is cut off, or a file that can't be written"),
  ...REFUSED,
  408: message("The body is too slow"),
  413: message("The file is too large"),
  429: message("Too many uploads come already, or too many wrong tokens from this address"),
};

/** The agent's API, as `GET /openapi.json` has it. */
export const OPENAPI: OpenApiDocument = {
  openapi: "3.1.0",
  info: {
    title: "Downpour agent",
    version: VERSION,
    description:
      "Takes load tests, queues them and runs them one at a time. Who may use this API " +
      "may run any program on the machine. Every other path is answered by 404, every other " +
      "method by 405.",
  },
  security: [{ token: [] }],
  paths: {
    "/upload": {
      post: {
        summary: "Stores a load test binary, or an archive of a script",
        requestBody: { required: true, content: { "multipart/form-data": FORM } },
        responses: UPLOAD_RESPONSES,
      },
    },
    "/queue": {
      post: {
        summary: "Queues a job; a form with a file is an upload. A Content-Type isn't needed",
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: ref("JobRequest") },
            "multipart/form-data": FORM,
          },
        },
        responses: {
          ...UPLOAD_RESPONSES,
          201: {
            ...jsonBody("Queued, and on the disk", ref("Queued")),
            headers: { location: { description: "The job", schema: { type: "string" } } },
          },
          400: message("No JSON, no job, or a job that names no upload"),
          413: message("The body is too large"),
          429: message("The queue is full, or too many wrong tokens came from this address"),
          500: message("The body could not be read"),
          507: message("The disk is full"),
        },
      },
    },
    "/jobs": {
      get: {
        summary: "Jobs, in the order in which they were queued",
        parameters: [
          query("state", "Those of one state", ref("JobState")),
          query("limit", "Most of them; default 100", {
            ...{ type: "integer", minimum: 1, maximum: 1000 },
          }),
          query("after", "Those behind this job: `next` of the page before", { type: "string" }),
        ],
        responses: {
          200: jsonBody("A page of them", ref("JobPage")),
          400: message("A parameter can't be used"),
          ...REFUSED,
          429: LOCKED,
        },
      },
    },
    "/jobs/{id}": {
      get: {
        summary: "How a job stands",
        parameters: [ID],
        responses: {
          200: jsonBody("The job", ref("ShownJob")),
          ...REFUSED,
          404: message("There is none"),
          429: LOCKED,
        },
      },
      delete: {
        summary: "Takes a job out of the queue, or ends it",
        parameters: [ID],
        responses: {
          200: jsonBody("It is cancelled", ref("ShownJob")),
          202: jsonBody("It runs, and is being ended", ref("ShownJob")),
          ...REFUSED,
          404: message("There is none"),
          409: message("It is over"),
          429: LOCKED,
          507: message("The disk is full: it is still queued"),
        },
      },
    },
    "/jobs/{id}/logs": {
      get: {
        summary: "What a job has printed",
        parameters: [
          ID,
          query("stream", "Which; default out", { type: "string", enum: ["out", "err"] }),
          query("tail", "The last bytes alone", { type: "integer", minimum: 1 }),
        ],
        responses: {
          200: message("The log so far"),
          400: message("A parameter can't be used"),
          ...REFUSED,
          404: message("There is no such job, or it has no logs"),
          410: message("A later job of the same name has replaced them"),
          429: LOCKED,
        },
      },
    },
    "/binaries": {
      get: {
        summary: "What was uploaded",
        responses: {
          200: jsonBody("All of it", ref("UploadList")),
          ...REFUSED,
          429: LOCKED,
        },
      },
    },
    "/binaries/{id}": {
      delete: {
        summary: "Removes an upload",
        parameters: [ID],
        responses: {
          204: { description: "It is gone" },
          ...REFUSED,
          404: message("There is none"),
          409: message("A job that is not over needs it"),
          429: LOCKED,
        },
      },
    },
    "/healthz": {
      get: {
        summary: "Whether the agent answers; needs no token",
        responses: { 200: jsonBody("It does", ref("Health")) },
        security: [],
      },
    },
    "/metrics": {
      get: {
        summary: "The agent in Prometheus' text format",
        responses: { 200: message("Version 0.0.4 of the format"), ...REFUSED, 429: LOCKED },
      },
    },
    "/openapi.json": {
      get: {
        summary: "This document",
        responses: {
          200: jsonBody("OpenAPI 3.1", { type: "object", required: ["openapi", "paths"] }),
          ...REFUSED,
          429: LOCKED,
        },
      },
    },
  },
  components: {
    schemas: SCHEMAS,
    securitySchemes: { token: { type: "http", scheme: "bearer" } },
  },
};
