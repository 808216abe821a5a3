-- What changes say of each other: one takes another's place, one takes another back.

-- The code holds the words of a run's state.
alter table runs drop constraint if exists runs_state_check;

-- A released change that takes the place of an earlier one, in a plant that has seen it.
create table supersessions (
  plant       text not null,
  superseded  text not null,
  by          text not null,
  released_at text not null,
  primary key (plant, superseded, by)
);
create index supersessions_by_change on supersessions (plant, by);
