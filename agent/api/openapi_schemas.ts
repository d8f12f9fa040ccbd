import { JOB_STATES } from "../job_states.ts";

const NATURAL = { type: "integer", minimum: 0 } as const;
const TIME = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$" };
const TIME_OR_NULL = { anyOf: [TIME, { type: "null" }] };
const UUID = { type: "string", pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" };

/** An object that has all of its properties and no others. */
function closed(properties: Readonly<Record<string, unknown>>) {
  return {
    type: "object",
    required: Object.keys(properties),
    properties,
    additionalProperties: false,
  };
}

function ref(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

const JOB = {
  id: UUID,
  spec: ref("JobSpec"),
  state: ref("JobState"),
  queuedAt: TIME,
  startedAt: TIME_OR_NULL,
  endedAt: TIME_OR_NULL,
  counts: ref("JobCounts"),
  error: {
    anyOf: [closed({ code: { type: "string" }, message: { type: "string" } }), { type: "null" }],
  },
  exitCode: { anyOf: [{ type: "integer" }, { type: "null" }] },
  notes: {
    type: "array",
    items: { type: "string" },
    description:
      "What people should know of a job that has ended, as the first lines that are no result: " +
      "at most 10, of 500 characters",
  },
  progress: { type: "number", minimum: 0, maximum: 1 },
};

/** JSON Schemas (draft 2020-12) of what the API takes and answers. */
export const SCHEMAS = {
  Message: { type: "string", pattern: "^[\\s\\S]*$", description: "A line for people" },
  Uploaded: closed({ binary: UUID }),
  Queued: closed({ queued: { const: true, type: "boolean" } }),
  JobRequest: {
    type: "object",
    description: "A binary's job has a duration, a script's job its own options",
    properties: {
      name: { type: "string", description: "Of its logs and results; default dead_letter" },
      users: { ...NATURAL, description: "Calls in flight at a time; 0 is the default, 25" },
      duration: { ...NATURAL, description: "Seconds" },
      binary: { type: "string", description: "Id of an upload" },
      script: {
        description: "Id of an uploaded archive, or one module that needs no other",
        anyOf: [{ type: "string" }, closed({ source: { type: "string" } })],
      },
      rpcAddress: {
        type: "string",
        description: "Where the binary's RPC server listens; default 127.0.0.1:9999",
      },
      agents: {
        ...NATURAL,
        description: "Agents of this agent's pool that a script runs on; 0 for this machine",
      },
    },
    additionalProperties: false,
  },
  JobState: { type: "string", enum: JOB_STATES },
  JobSpec: closed({
    name: { type: "string" },
    users: NATURAL,
    duration: NATURAL,
    load: {
      anyOf: [
        closed({ kind: { type: "string", const: "binary" }, binary: UUID }),
        closed({ kind: { type: "string", const: "script" }, archive: UUID }),
        closed({ kind: { type: "string", const: "script" }, archive: UUID, agents: NATURAL }),
      ],
    },
    rpcAddress: { type: "string" },
  }),
  JobCounts: closed({
    calls: NATURAL,
    callErrors: NATURAL,
    printed: NATURAL,
    rejected: NATURAL,
    collected: NATURAL,
    dropped: NATURAL,
  }),
  ListedJob: closed(JOB),
  ShownJob: closed({
    ...JOB,
    ahead: {
      description: "Jobs that come before it; null when it doesn't wait",
      anyOf: [NATURAL, { type: "null" }],
    },
  }),
  JobPage: closed({
    jobs: { type: "array", items: ref("ListedJob") },
    next: { anyOf: [UUID, { type: "null" }] },
  }),
  UploadList: closed({
    binaries: {
      type: "array",
      items: closed({
        id: UUID,
        kind: { type: "string", enum: ["binary", "archive", "bundle"] },
        bytes: NATURAL,
        uploadedAt: TIME,
      }),
    },
  }),
  Health: closed({ status: { type: "string", const: "ok" }, version: { type: "string" } }),
} as const;
