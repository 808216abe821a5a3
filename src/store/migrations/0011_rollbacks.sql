-- Changes of Heddle's own: each takes an applied change back in one plant.
create table rollbacks (
  plant   text not null,
  id      text not null,
  change  text not null,
  reason  text not null,
  by      text not null,
  at      timestamptz(3) not null default now(),
  primary key (plant, id)
);
create index rollbacks_by_change on rollbacks (plant, change, at);
