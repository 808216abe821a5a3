-- Changes go by when they take effect. Whoever wants an assembly stands in its line; only what was approved holds it.

alter table turn_waits rename to turn_line;
alter table turn_line alter column place type text collate "C";
-- True for those who were told that it is their turn: who comes before them later must tell them otherwise.
alter table turn_line add column has_turn boolean not null default false;
alter index turn_waits_by_resource rename to turn_line_by_resource;

-- Claims of changes that have not begun are places in line from now on, the first until they are looked at again.
with soft as (
  delete from turns
   where not exists (select from plans where plans.subject = turns.subject and state = 'approved')
     and not exists (select from outcomes where outcomes.subject = turns.subject)
  returning subject, resource
)
insert into turn_line (subject, resource, place, has_turn) select subject, resource, '', true from soft
    on conflict (subject, resource) do update set has_turn = true;

-- When each assembly was last given back by someone who may have changed it: plans that were read before are old.
create table turn_ends (
  resource text primary key,
  ended    bigint not null
);
create sequence turn_clock owned by turn_ends.ended;
create index turn_ends_by_end on turn_ends (ended);
