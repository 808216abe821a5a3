/** Events as eight lines of five stations tell them: 400 orders are open at a time, each of a hundred events. */
export const PLANT = "1000";
const OPEN = 400;
const EACH = 100;
const FROM = Date.UTC(2026, 1, 2, 6);

export function orderOf(at: number): string {
  return `MO-${500_000 + Math.floor(at / (OPEN * EACH)) * OPEN + (at % OPEN)}`;
}

/** Some 300 bytes of JSON. `round` begins the ids, so that no round knows another's. */
export function sampleEvent(round: string, at: number) {
  const station = `ST-${at % 5}`;
  return {
    source: `LINE-${at % 8}/${station}`,
    id: `${round}-${1_000_000 + at}`,
    at: new Date(FROM + at * 10).toISOString(),
    plant: PLANT,
    order: `${round}-${orderOf(at)}`,
    job: `JOB-${at % OPEN}`,
    item: "FX-110",
    revision: "B",
    operation: at % 2 === 0 ? "0010" : "0020",
    workCenter: "ASM-1",
    station,
    operator: `OP-${100 + (at % 40)}`,
    fact: at % 50 === 49 ? scrap(at) : { kind: "good", quantity: "1", unit: "EA", workedMs: 42_000 + (at % 1_000) },
  };
}

function scrap(at: number) {
  return { kind: "scrap", quantity: "1", unit: "EA", reason: "SURFACE", workedMs: 42_000 + (at % 1_000) };
}

/** When the hub takes them in: a day after the first. */
export const NOW = new Date(FROM + 86_400_000);
