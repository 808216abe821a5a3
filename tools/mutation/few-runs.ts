import fc from "fast-check";

// A mutant is asked about by every test that reaches it: a law that breaks shows within a few examples,
// and the same ones each time.
fc.configureGlobal({ numRuns: 15, seed: 20_261_123, endOnFailure: true });
