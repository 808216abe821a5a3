import type { ItemId } from "../ids.ts";
import type { Choices } from "./option.ts";
import type { FeatureValues } from "./meeting-choices.ts";

/** The variants of configurable products that a plant builds. */
export type PlantVariants = {
  readonly features: FeatureValues;
  readonly configurations: readonly Configuration[];
  /** Number of a configured sub-assembly: `{item}` is its number without options, `{choices}` what is chosen in it. */
  readonly subassemblies: string;
};

/** One variant of a configurable item: the choices that make it, and the number under which the plant has it. */
export type Configuration = Configured & {
  /** The configurable item, by engineering's number. */
  readonly of: ItemId;
  readonly item: ItemId;
};

/** By which choices an mBOM is one variant of its eBOM assembly. */
export type Configured = {
  /** As people call it. */
  readonly name: string;
  readonly choices: Choices;
};

export const NO_VARIANTS: PlantVariants = {
  features: new Map(),
  configurations: [],
  subassemblies: "{item}-{choices}",
};
