import type { Waivers } from "../waivers.ts";

export const TRYTON_WAIVERS: Waivers = {};
