import type { ChangeId, ItemId, Revision } from "../../domain/ids.ts";

/** A file, folder, tag or commit: what was exported at one time, and so one change. */
export type Release = {
  readonly id: ChangeId;
  /** The revision that its products have, where no row states one. */
  readonly revision: Revision;
  /** UTC instant; never before that of an earlier release. */
  readonly at: string;
  readonly by: string | null;
  readonly title: string;
  /** Of everything in it: as long as it stays, nothing has changed. */
  readonly digest: string;
  readonly files: readonly ReleasedFile[];
};

export type ReleasedFile = {
  /** As messages call it. */
  readonly name: string;
  /** The same for all revisions of one product. */
  readonly series: string;
  readonly product: ItemId | null;
  readonly digest: string;
  /** The bytes that have `digest`; or why they must not be read. */
  readonly content: () => Promise<Uint8Array | Refusal>;
};

/** Why a file is not read, to be told as a finding of its change. */
export type Refusal = { readonly problem: string; readonly fix: string };

export type Listing = {
  /** Oldest first. */
  readonly releases: readonly Release[];
  /** Changes that are being written at this moment: to be looked at later. */
  readonly unsettled: ReadonlySet<ChangeId>;
  /** How many files or tags were passed over because their name is another. */
  readonly otherNames: number;
};

/** Where exports come from. Rejects with ConnectorError. */
export type ReleaseSource = { readonly list: () => Promise<Listing> };
