/*
 * What opentelemetry-proto 1.x says of an ExportMetricsServiceRequest, field by field, with the
 * types of its JSON encoding: 64-bit integers as decimal text, enums as numbers, doubles as numbers
 * or one of three texts. `[]` repeats; a capital letter begins a message. Fields of one `oneof`
 * share a number behind `#`.
 */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ExportMetricsServiceRequest: { resourceMetrics: "ResourceMetrics[]" },
  ResourceMetrics: { resource: "Resource", scopeMetrics: "ScopeMetrics[]", schemaUrl: "string" },
  Resource: { attributes: "KeyValue[]", droppedAttributesCount: "uint32" },
  ScopeMetrics: { scope: "InstrumentationScope", metrics: "Metric[]", schemaUrl: "string" },
  InstrumentationScope: {
    name: "string",
    version: "string",
    attributes: "KeyValue[]",
    droppedAttributesCount: "uint32",
  },
  Metric: {
    name: "string",
    description: "string",
    unit: "string",
    gauge: "Gauge#1",
    sum: "Sum#1",
    histogram: "Histogram#1",
    exponentialHistogram: "ExponentialHistogram#1",
    metadata: "KeyValue[]",
  },
  Gauge: { dataPoints: "NumberDataPoint[]" },
  Sum: {
    dataPoints: "NumberDataPoint[]",
    aggregationTemporality: "enum",
    isMonotonic: "bool",
  },
  Histogram: { dataPoints: "HistogramDataPoint[]", aggregationTemporality: "enum" },
  ExponentialHistogram: {
    dataPoints: "ExponentialHistogramDataPoint[]",
    aggregationTemporality: "enum",
  },
  NumberDataPoint: {
    attributes: "KeyValue[]",
    startTimeUnixNano: "fixed64",
    timeUnixNano: "fixed64",
    asDouble: "double#1",
    asInt: "sfixed64#1",
    flags: "uint32",
  },
  HistogramDataPoint: {
    attributes: "KeyValue[]",
    startTimeUnixNano: "fixed64",
    timeUnixNano: "fixed64",
    count: "fixed64",
    sum: "double",
    bucketCounts: "fixed64[]",
    explicitBounds: "double[]",
    flags: "uint32",
    min: "double",
    max: "double",
  },
  ExponentialHistogramDataPoint: {
    attributes: "KeyValue[]",
    startTimeUnixNano: "fixed64",
    timeUnixNano: "fixed64",
    count: "fixed64",
    sum: "double",
    scale: "sint32",
    zeroCount: "fixed64",
    positive: "Buckets",
    negative: "Buckets",
    flags: "uint32",
    min: "double",
    max: "double",
    zeroThreshold: "double",
  },
  Buckets: { offset: "sint32", bucketCounts: "uint64[]" },
  KeyValue: { key: "string", value: "AnyValue" },
  AnyValue: {
    stringValue: "string#1",
    boolValue: "bool#1",
    intValue: "sfixed64#1",
    doubleValue: "double#1",
  },
};

const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  bool: (value) => typeof value === "boolean",
  enum: (value) => Number.isInteger(value),
  uint32: (value) => Number.isInteger(value) && Number(value) >= 0,
  sint32: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  fixed64: (value) => typeof value === "string" && /^\d{1,20}$/.test(value),
  uint64: (value) => typeof value === "string" && /^\d{1,20}$/.test(value),
  sfixed64: (value) => typeof value === "string" && /^-?\d{1,19}$/.test(value),
  double: (value) => typeof value === "number" || /^(NaN|-?Infinity)$/.test(String(value)),
};

/** What is wrong with a request by the specification, each with its path; nothing is fine. */
export function schemaProblems(value: unknown): string[] {
  return [...problems("ExportMetricsServiceRequest", value, "request"), ...rules(value)];
}

function* problems(message: string, value: unknown, path: string): Generator<string> {
  const fields = MESSAGES[message]!;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return yield `${path} is no ${message}`;
  }
  const choices = new Set<string>();
  for (const [name, inner] of Object.entries(value)) {
    const at = `${path}.${name}`;
    const [declared, choice] = (fields[name] ?? "").split("#");
    if (!declared) {
      yield `${at}: ${message} has no such field`;
      continue;
    }
    if (choice !== undefined && choices.has(choice)) yield `${at}: the oneof is set already`;
    if (choice !== undefined) choices.add(choice);
    const type = declared.replace("[]", "");
    const values = declared.endsWith("[]") ? inner : [inner];
    if (!Array.isArray(values)) yield `${at} is no list`;
    else {
      for (const [i, one] of values.entries()) {
        if (MESSAGES[type] !== undefined) yield* problems(type, one, `${at}[${i}]`);
        else if (!SCALARS[type]!(one)) yield `${at}[${i}] is no ${type}: ${JSON.stringify(one)}`;
      }
    }
  }
}

type Loose = Record<string, unknown>;

/** What the data model asks for beyond types. */
function* rules(request: unknown): Generator<string> {
  const seen = new Set<string>();
  for (const metric of metricsOf(request)) {
    const kind = ["gauge", "sum", "histogram", "exponentialHistogram"].find((k) => k in metric);
    if (metric["name"] === "" || kind === undefined) {
      yield `a metric without name or data: ${metric["name"]}`;
      continue;
    }
    const data = metric[kind] as Loose;
    if (kind !== "gauge" && data["aggregationTemporality"] !== 2) yield `${kind} isn't cumulative`;
    for (const point of data["dataPoints"] as Loose[]) {
      const where = `${metric["name"]} ${JSON.stringify(point["attributes"])}`;
      if (seen.has(where)) yield `${where} twice`;
      seen.add(where);
      const keys = (point["attributes"] as { key: string }[]).map(({ key }) => key);
      if (new Set(keys).size < keys.length) yield `${where}: a key twice`;
      if (point["timeUnixNano"] === undefined) yield `${where} has no time`;
      if (
        kind !== "gauge" &&
        BigInt(String(point["startTimeUnixNano"] ?? 0)) >=
          BigInt(String(point["timeUnixNano"] ?? 0))
      ) {
        yield `${where} ends before it starts`;
      }
      if (kind === "histogram") yield* histogramRules(point, where);
      if (kind === "exponentialHistogram") {
        const [positive, negative] = ["positive", "negative"].map((sign) =>
          sumOf((point[sign] as Loose)["bucketCounts"])
        );
        const total = Number(point["zeroCount"]) + positive! + negative!;
        if (String(total) !== point["count"]) yield `${where}: ${total} in buckets`;
      }
    }
  }
}

function* histogramRules(point: Loose, where: string): Generator<string> {
  const bounds = point["explicitBounds"] as number[];
  const counts = point["bucketCounts"] as string[];
  if (counts.length !== bounds.length + 1) yield `${where}: ${counts.length} buckets`;
  if (bounds.some((bound, i) => i > 0 && bound <= bounds[i - 1]!)) yield `${where}: bounds`;
  if (String(sumOf(counts)) !== point["count"]) yield `${where}: ${sumOf(counts)} in buckets`;
}

function sumOf(counts: unknown): number {
  return (counts as string[]).reduce((sum, count) => sum + Number(count), 0);
}

/** The metrics of a request, whatever resource and scope they stand in. */
export function metricsOf(request: unknown): Loose[] {
  const { resourceMetrics } = request as { resourceMetrics: { scopeMetrics: Loose[] }[] };
  return resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics as Loose[])
  );
}
