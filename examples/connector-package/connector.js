// @ts-check
// Plain JavaScript with its types in comments: Node runs no TypeScript of packages that are installed.
import { contract, HttpSettings, kind, openHttp, path, Type } from "heddle/connector";

const Sheet = Type.Object({
  part: Type.String({ minLength: 1 }),
  plant: Type.String(),
  steps: Type.Array(
    Type.Object({
      step: Type.String({ minLength: 1 }),
      text: Type.String(),
      machine: Type.String(),
      setupSeconds: Type.Integer({ minimum: 0 }),
      runSeconds: Type.Integer({ minimum: 0 }),
    }),
  ),
});
const CONTRACTS = { sheet: contract(Sheet), sheets: contract(Type.Object({ count: Type.Integer() })) };

const Refusal = contract(Type.Object({ refused: Type.String() }));

/** @type {import("heddle/connector").RefusalDialect} */
const DIALECT = {
  read(body) {
    const refusal = Refusal(body);
    return "value" in refusal ? { code: "REFUSED", message: refusal.value.refused, field: null } : null;
  },
  kindOf: () => undefined,
};

/**
 * @param {import("heddle/connector").SystemId} system
 * @param {import("heddle/connector").HttpSettings} settings
 * @returns {import("heddle/connector").LiveConnector}
 */
function routingSheets(system, settings) {
  const http = openHttp(system, settings, DIALECT, "x-token");
  const check = async () => {
    await http.read({ doing: "proving access", path: "/sheets", answer: CONTRACTS.sheets });
  };
  return {
    system,
    status: http.status,
    check,
    async describe() {
      await check();
      return { version: null, now: http.systemTime() };
    },
    routings: {
      async read(items, plant) {
        const sheets = await Promise.all(items.map((item) => readSheet(http, item, plant)));
        return new Map(sheets.flatMap((sheet) => (sheet === null ? [] : [[sheet.item, sheet]])));
      },
    },
  };
}

/**
 * @param {import("heddle/connector").Http} http
 * @param {import("heddle/connector").ItemId} item
 * @param {import("heddle/connector").PlantId} plant
 * @returns {Promise<import("heddle/connector").Routing | null>}
 */
async function readSheet(http, item, plant) {
  const sheet = await http.readIfThere({
    doing: `reading the routing of ${item}`,
    object: item,
    path: path`/sheets/${plant}/${item}`,
    answer: CONTRACTS.sheet,
  });
  if (sheet === null) return null;
  const operations = sheet.steps.map(({ step, text, machine, setupSeconds, runSeconds }) => ({
    operation: /** @type {import("heddle/connector").OperationId} */ (step),
    name: text,
    workCenter: /** @type {import("heddle/connector").WorkCenterId} */ (machine),
    setupSeconds,
    runSeconds,
  }));
  return { plant, item, number: null, operations };
}

/** @type {import("heddle/connector").Waivers} */
const WAIVERS = {
  "bad data is named by system, object and field": "The service checks its sheets before it keeps them.",
  "numbers as text are read exactly": "A sheet holds whole seconds and no other number.",
  "a session that ends in mid-run is renewed": "There are no sessions: the token goes with each request.",
};

export const connectorKind = kind(HttpSettings, routingSheets, WAIVERS);
