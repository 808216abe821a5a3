import { Type, type Static, type TSchema } from "typebox";
import { contract } from "../http/contract.ts";

/**
 * The structures of OPC 10031-4 (namespace `http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/`) as node-opcua writes
 * them as JSON, as far as Heddle uses them. Optional fields that are not set are absent.
 */
export const NAMESPACE = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/";
/** The data type's number in the namespace: ISA95JobOrderDataType. */
export const JOB_ORDER_DATA_TYPE = 3008;
/** Of all structures that come: ISA95JobOrderDataType, ISA95JobOrderAndStateDataType, ISA95JobResponseDataType. */
export const DATA_TYPES = [JOB_ORDER_DATA_TYPE, 3015, 3013] as const;
/** The event type's: ISA95JobOrderStatusEventType. */
export const STATUS_EVENT_TYPE = 1006;
/** ISA95StateDataType, by which responses are asked for. */
export const STATE_DATA_TYPE = 3006;

/** Methods of `ISA95JobOrderReceiverObjectType` that Heddle calls. */
export const METHODS = [
  "Store",
  "StoreAndStart",
  "Update",
  "Start",
  "Pause",
  "Resume",
  "Cancel",
  "Abort",
  "RevokeStart",
] as const;
export type Method = (typeof METHODS)[number];

const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));
const Text = Type.Object({ text: optional(Type.String()) });
const Texts = Type.Array(Text);
const Unit = Type.Object({ unitId: Type.Integer() });
/** A Variant: its value is whatever the server chose. */
const Value = Type.Object({ value: Type.Optional(Type.Unknown()) });

const Setting = Type.Object({
  ID: Type.String(),
  value: optional(Value),
  description: optional(Texts),
  engineeringUnits: optional(Unit),
});
export type Setting = Static<typeof Setting>;

const WorkMaster = Type.Object({
  ID: Type.String(),
  description: optional(Text),
  parameters: optional(Type.Array(Setting)),
});
const Equipment = Type.Object({ ID: Type.String(), equipmentUse: optional(Type.String()) });

const Person = Type.Object({ ID: Type.String() });

const Material = Type.Object({
  materialDefinitionID: optional(Type.String()),
  materialLotID: optional(Type.String()),
  materialSublotID: optional(Type.String()),
  materialUse: optional(Type.String()),
  quantity: optional(Type.String()),
  engineeringUnits: optional(Unit),
  properties: optional(Type.Array(Setting)),
});
export type Material = Static<typeof Material>;

const JobOrder = Type.Object({
  jobOrderID: Type.String({ minLength: 1 }),
  description: optional(Texts),
  workMasterID: optional(Type.Array(WorkMaster)),
  startTime: optional(Type.String()),
  endTime: optional(Type.String()),
  priority: optional(Type.Integer()),
  jobOrderParameters: optional(Type.Array(Setting)),
  equipmentRequirements: optional(Type.Array(Equipment)),
  materialRequirements: optional(Type.Array(Material)),
});
export type JobOrder = Static<typeof JobOrder>;

/** The main state first, then substates, which Heddle does not use. */
const States = Type.Array(Type.Object({ stateNumber: Type.Integer() }), { minItems: 1 });
export type States = Static<typeof States>;

const JobOrderAndState = Type.Object({ jobOrder: JobOrder, state: States });

const JobResponse = Type.Object({
  jobResponseID: optional(Type.String()),
  jobOrderID: Type.String(),
  startTime: optional(Type.String()),
  endTime: optional(Type.String()),
  jobState: optional(Type.Array(Type.Object({ stateNumber: Type.Integer() }))),
  jobResponseData: optional(Type.Array(Setting)),
  personnelActuals: optional(Type.Array(Person)),
  equipmentActuals: optional(Type.Array(Equipment)),
  materialActuals: optional(Type.Array(Material)),
});
export type JobResponse = Static<typeof JobResponse>;

export const CONTRACTS = {
  list: contract(Type.Array(Type.Unknown())),
  jobOrderAndState: contract(JobOrderAndState),
  /** A listed job of which at least the name can be read. */
  named: contract(Type.Object({ jobOrder: Type.Object({ jobOrderID: Type.String({ minLength: 1 }) }) })),
  jobResponse: contract(JobResponse),
  statusEvent: contract(Type.Object({ jobOrder: JobOrder, jobState: States, jobResponse: optional(JobResponse) })),
  /** Of a status event, what tells of production; the time is the event's. */
  toldByEvent: contract(Type.Object({ jobResponse: Type.Unknown(), time: optional(Type.String()) })),
};
