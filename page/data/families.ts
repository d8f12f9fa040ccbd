/** Metrics of one protocol that belong together: the page shows each protocol by its own. */
export interface Family {
  readonly id: string;
  /** For people: `HTTP`. */
  readonly title: string;
  /** What is counted: `requests`. */
  readonly unit: string;
  /** Counter of them. */
  readonly count: string;
  /** What failed: a rate whose passes are failures, or a counter. */
  readonly failed: string;
  /** Trends of how long they took: the first that has samples is shown. */
  readonly times: readonly string[];
  /** Tags by which its parts are told apart; the first is the one that a part must have. */
  readonly parts: readonly string[];
  /** The tag by which the plot of its counts is split. */
  readonly split: string;
  /** What that plot is called. */
  readonly splitTitle: string;
  /** The tag that tells its protocols apart; null for one that has none. */
  readonly protocol: string | null;
}

/** All of them; the first that has samples is the main one. */
export const FAMILIES: readonly Family[] = [
  {
    ...{ id: "http", title: "HTTP", unit: "requests" },
    ...{ count: "http_reqs", failed: "http_req_failed", times: ["http_req_duration"] },
    ...{ parts: ["name", "method"], split: "status", splitTitle: "Requests by status" },
    protocol: "proto",
  },
  {
    ...{ id: "wrpc_http", title: "HTTP over wRPC", unit: "requests" },
    ...{ count: "wrpc_http_request", failed: "wrpc_http_error", times: ["wrpc_http_duration"] },
    ...{ parts: ["name", "method"], split: "name", splitTitle: "Requests by name" },
    protocol: null,
  },
  {
    ...{ id: "wrpc_blaster", title: "wRPC blaster", unit: "operations" },
    ...{ count: "wrpc_blaster_operation", failed: "wrpc_blaster_transport_error" },
    times: ["wrpc_blaster_duration"],
    ...{ parts: ["transport"], split: "transport", splitTitle: "Operations by transport" },
    protocol: "transport",
  },
  {
    ...{ id: "wrpc", title: "wRPC", unit: "invocations" },
    ...{ count: "wrpc_transport_invocations_out", failed: "wrpc_transport_error" },
    times: ["wrpc_transport_connecting"],
    ...{ parts: ["transport"], split: "transport", splitTitle: "Invocations by transport" },
    protocol: "transport",
  },
  {
    ...{ id: "nats", title: "NATS", unit: "messages" },
    ...{ count: "nats_msgs_sent", failed: "nats_errors" },
    times: [
      "nats_request_duration",
      "nats_publish_duration",
      "nats_delivery_latency",
      "nats_flush_duration",
      "nats_connecting",
    ],
    ...{ parts: ["subject"], split: "subject", splitTitle: "Messages by subject" },
    protocol: null,
  },
  {
    ...{ id: "packets", title: "Packets", unit: "packets" },
    ...{ count: "packet_packets_sent", failed: "packet_sessions_failed" },
    times: ["packet_responding", "packet_reading", "packet_sending", "packet_connecting"],
    ...{ parts: ["endpoint"], split: "endpoint", splitTitle: "Packets by endpoint" },
    protocol: "transport",
  },
  {
    ...{ id: "sockets", title: "Sockets", unit: "sockets" },
    ...{ count: "net_sockets", failed: "net_errors", times: ["net_connecting"] },
    ...{ parts: ["kind"], split: "kind", splitTitle: "Sockets by kind", protocol: "kind" },
  },
  {
    ...{ id: "iterations", title: "Iterations", unit: "iterations" },
    ...{ count: "iterations", failed: "", times: ["iteration_duration"] },
    ...{ parts: ["scenario"], split: "scenario", splitTitle: "Iterations by scenario" },
    protocol: null,
  },
];

/** The family of whole iterations: every run has it. */
export const ITERATIONS: Family = FAMILIES.at(-1)!;

/** A family by its id; that of iterations for an unknown one. */
export function familyOf(id: string): Family {
  return FAMILIES.find((family) => family.id === id) ?? ITERATIONS;
}

/** Whole-load metrics that the page draws beside those of families. */
export const COMMON_METRICS: readonly string[] = [
  ...["vus", "vus_max", "iterations", "dropped_iterations", "late_iterations"],
  ...["checks", "data_sent", "data_received"],
  ...["nats_msgs_received", "packet_packets_received"],
];
