import { KNOWN_UNITS, type Unit } from "../../domain/unit.ts";
import type * as Wire from "./wire.ts";

const UNECE = "http://www.opcfoundation.org/UA/units/un/cefact";

/** A unit as OPC 10000-8 numbers it: the bytes of its Recommendation 20 code as one big-endian number. */
function unitId(code: string): number {
  return Buffer.from(code, "ascii").reduce((id, byte) => id * 256 + byte, 0);
}

const UNIT_OF_ID: ReadonlyMap<number, Unit> = new Map(KNOWN_UNITS.map((unit) => [unitId(unit), unit]));

/** A unit as `EUInformation`. */
export function engineeringUnits(unit: Unit) {
  return { namespaceUri: UNECE, unitId: unitId(unit), displayName: { text: unit } };
}

/** Null when it is no unit that Heddle knows. */
export function unitOf({ unitId: id }: NonNullable<Wire.Setting["engineeringUnits"]>): Unit | null {
  return UNIT_OF_ID.get(id) ?? null;
}
