-- The day of the change that published an mBOM: null where it took effect at once. Changes go by it.
alter table publications add column effective_from text;
