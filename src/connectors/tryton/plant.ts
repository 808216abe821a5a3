import type { PlantId } from "../../domain/ids.ts";
import type { Company } from "./company.ts";

/** A connection is one company, and that is one plant; of another plant it holds nothing. */
export function ofPlant(company: Company, plant: PlantId): boolean {
  return plant === company.plant;
}
