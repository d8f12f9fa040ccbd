import type { ProbeAnswer } from "./probe.ts";

const count = (value: number) => Math.round(value).toLocaleString("en-US");

/** What `parser check` says. */
export function checkReport(answer: ProbeAnswer): { ok: boolean; text: string } {
  const { guest, faults, stats, seed } = answer;
  const lines = moduleLines(answer);
  if (guest.ok && stats !== null) {
    const responses = stats.packets - Object.values(stats.empty).reduce((a, b) => a + b, 0);
    lines.push(
      `packets  ${count(stats.packets)}, ${count(responses)} answered, seed ${seed}`,
    );
    if (stats.headers > 0) lines.push(`headers  ${count(stats.headers)}`);
  }
  lines.push("", ...verdict(faults));
  return { ok: faults.length === 0, text: `${lines.join("\n")}\n` };
}

/** What `parser bench` says. */
export function benchReport(answer: ProbeAnswer): { ok: boolean; text: string } {
  const { rates, faults } = answer;
  const lines = [
    ...moduleLines(answer),
    ...rates.map(({ bytes, perSecond }) =>
      `${`${bytes} B`.padEnd(7)}  ${count(perSecond)} packets/s, ${count(1e9 / perSecond)} ns each`
    ),
    ...(faults.length === 0 ? [] : ["", ...verdict(faults)]),
  ];
  return { ok: faults.length === 0, text: `${lines.join("\n")}\n` };
}

function moduleLines({ guest }: ProbeAnswer): string[] {
  const header = guest.hasHeader ? "handle_header and handle_body" : "handle_body";
  const what = guest.ok ? `, ${header}, ${guest.memoryPages} pages of memory` : "";
  return [`module   ${count(guest.size)} bytes${what}`];
}

function verdict(faults: readonly string[]): string[] {
  if (faults.length === 0) return ["ok"];
  const counted = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return [`not ok: ${counted}`, ...faults.map((fault) => `  ${fault}`)];
}
