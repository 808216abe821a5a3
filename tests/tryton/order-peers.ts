import { startB2mmlOverMqtt } from "../../src/connectors/b2mml/harness.ts";
import { child, childrenOf, textOf, type XmlElement } from "../../src/connectors/b2mml/xml.ts";
import type { LiveConnector } from "../../src/connectors/live-connector.ts";
import { startTrusted } from "../../src/connectors/opcua-job-control/harness.ts";

/** A system that takes jobs: Heddle's way to it, what it has of a job, and what people do there. */
export type OrderPeer = {
  readonly connector: LiveConnector;
  /** Null when it has none, or no longer shows it. */
  readonly job: (id: string) => PeerJob | null;
  readonly begin: (id: string) => void;
  readonly complete: (id: string, good: string, scrap: string) => void;
  /** @throws Error when a message was not valid by the schemas that it is held against */
  readonly close: () => Promise<void>;
};

/** As the peer keeps it, in its own words for states. */
export type PeerJob = {
  readonly version: number;
  readonly state: string;
  readonly quantity: string;
  /** `0010 @ LAS-1`, in the sequence in which they are carried out. */
  readonly operations: readonly string[];
  /** `20 SCREW @ 0020` */
  readonly components: readonly string[];
};

/** An MES that speaks B2MML at a broker: Mosquitto where `HEDDLE_MOSQUITTO` names its program. */
export async function startB2mmlPeer(): Promise<OrderPeer> {
  const { mes, connector, close } = await startB2mmlOverMqtt({ timeoutMs: 15_000 });
  return {
    connector,
    job(id) {
      if (!mes.has(id)) return null;
      const { order, version, status } = mes.job(id);
      const materials = childrenOf(order, "MaterialRequirement").map((material) => ({
        use: textOf(material, "MaterialUse"),
        item: textOf(material, "MaterialDefinitionID"),
        amount: textOf(child(material, "Quantity"), "QuantityString"),
        operation: operationIn(material, "MaterialRequirementProperty"),
      }));
      return {
        version,
        state: status,
        quantity: materials.find(({ use }) => use === "Produced")?.amount ?? "",
        operations: childrenOf(order, "EquipmentRequirement").map(
          (step) => `${operationIn(step, "EquipmentRequirementProperty")} @ ${textOf(step, "EquipmentID")}`,
        ),
        components: materials
          .filter(({ use }) => use === "Consumed")
          .map(({ amount, item, operation }) => `${amount} ${item} @ ${operation}`),
      };
    },
    begin: mes.start,
    complete(id, good, scrap) {
      mes.report(id, good, scrap);
      mes.complete(id);
    },
    close,
  };
}

function operationIn(requirement: XmlElement, property: string): string {
  const named = childrenOf(requirement, property).find((one) => textOf(one, "ID") === "Operation");
  return (named === undefined ? null : textOf(child(named, "Value"), "ValueString")) ?? "";
}

/** A line with job control by OPC UA that takes nothing but what is signed and encrypted. */
export async function startOpcuaPeer(): Promise<OrderPeer> {
  const { floor, connector, close } = await startTrusted();
  return {
    connector,
    job(id) {
      const job = floor.job(id);
      if (job === undefined) return null;
      const order = job.order as unknown as StoredJobOrder;
      const { jobOrderParameters, equipmentRequirements, materialRequirements } = order;
      return {
        version: Number(jobOrderParameters.find(({ ID }) => ID === "HeddleVersion")?.value.value),
        state: job.state,
        quantity: materialRequirements.find(({ materialUse }) => materialUse === "material produced")?.quantity ?? "",
        operations: equipmentRequirements.map(({ ID, equipmentUse }) => `${equipmentUse} @ ${ID}`),
        components: materialRequirements
          .filter(({ materialUse }) => materialUse === "material consumed")
          .map(({ quantity, materialDefinitionID: item, properties }) => {
            const operation = properties.find(({ ID }) => ID === "Operation");
            return `${quantity} ${item} @ ${operation?.value.value}`;
          }),
      };
    },
    begin: floor.begin,
    complete(id, good, scrap) {
      floor.made(id, good, scrap);
      floor.end(id);
    },
    close,
  };
}

type Setting = { readonly ID: string; readonly value: { readonly value: string | number } };

/** What a test reads of an ISA95JobOrderDataType. */
type StoredJobOrder = {
  readonly jobOrderParameters: readonly Setting[];
  readonly equipmentRequirements: readonly { readonly ID: string; readonly equipmentUse: string }[];
  readonly materialRequirements: readonly {
    readonly materialDefinitionID: string;
    readonly materialUse: string;
    readonly quantity: string;
    readonly properties: readonly Setting[];
  }[];
};
