/** What every connector keeps; the names of the tests in `conformance.ts`. */
export const PROMISES = [
  "proves access",
  "wrong credentials are access denied",
  "same key twice leaves one record",
  "a lost answer is found again",
  "an answer lost before it was done is found to be not done",
  "a version conflict is told, nothing is overwritten",
  "a line-only edit is seen by polling",
  "a deletion is seen by polling",
  "paging misses nothing",
  "paging under concurrent writes misses nothing",
  "a clock that is wrong does not lose changes",
  "bad data is named by system, object and field",
  "numbers as text are read exactly",
  "null results are absent",
  "429 carries the wait",
  "unreachable is told",
  "an HTML error page is contract broken",
  "an error that came as HTTP 200 is an error",
  "a session that ends in mid-run is renewed",
  "a record that does not exist is absent or not found",
  "what was booked is read back, and what is below zero takes it back",
  "a posting is booked once, whatever key it comes with",
  "a posting to a closed order is rejected in the system's words",
  "what people booked is not taken for Heddle's",
  "what the shop told is paged without a gap",
  "what cannot be read of the shop floor is told apart, with its field",
] as const;
export type ConnectorPromise = (typeof PROMISES)[number];

/** Promises that a connector need not keep, each with the reason. */
export type Waivers = Readonly<Partial<Record<ConnectorPromise, string>>>;
