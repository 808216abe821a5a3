-- A change that takes effect on a day to come is looked at again on that day.

-- The code holds the words of a run's state.
alter table runs drop constraint if exists runs_state_check;

-- When to look at the run without any other cause; null where nothing of it depends on the day.
alter table runs add column wakes_at timestamptz(3);
create index runs_by_wake on runs (wakes_at) where wakes_at is not null;
