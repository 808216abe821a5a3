import type { PlantId } from "../domain/ids.ts";
import type { Database } from "../store/database.ts";
import type { ShopIntake } from "./shop-intake.ts";

export async function retryApart(_intake: ShopIntake, _database: Database, _plant: PlantId): Promise<void> {}
