-- What production's figures call for: what the triggers remember, and what they propose to people.

-- What the triggers remember of one operation of an item revision in a plant: the JSON of TriggerState.
create table trigger_states (
  plant     text not null,
  item      text not null,
  revision  text not null,
  operation text not null,
  state     json not null,
  primary key (plant, item, revision, operation)
);

-- First-pass yield before a change, which orders with it in force are held against; noted once enough was made before.
create table yields_before (
  plant     text not null,
  item      text not null,
  operation text not null,
  change    text not null,
  -- Good at the first pass, as a share of the pieces.
  share     double precision not null,
  noted_at  timestamptz(3) not null default now(),
  primary key (plant, item, operation, change)
);

create index order_production_finished on order_production (plant, item, finished_at desc) where finished_at is not null;

create table proposals (
  id         text primary key,
  kind       text not null check (kind in ('routing time', 'scrap factor', 'problem report')),
  -- What it was raised by: the cause, and the order it opened with.
  occasion   text not null,
  rule       text not null,
  plant      text not null,
  item       text not null,
  revision   text not null,
  operation  text not null,
  title      text not null,
  -- The JSON of the domain's Proposal.
  content    jsonb not null,
  -- The orders that it rests on, and the change that it is laid to.
  orders     text[] not null,
  change     text,
  state      text not null check (state in ('waiting', 'approved', 'filing', 'filed', 'failed', 'dismissed', 'closed')),
  -- Why it stands there: a person's reason, or what keeps it from being filed.
  reason     text,
  decided_by text,
  decided_at timestamptz(3),
  -- The PLM's number of the report.
  receipt    text,
  opened_at  timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (occasion, kind)
);
create index proposals_by_time on proposals (opened_at desc, id desc);
create index proposals_open on proposals (plant, state) where state in ('waiting', 'filing', 'failed');
create index proposals_of_item on proposals (plant, item, opened_at desc);

create function notify_proposal() returns trigger language plpgsql as $$
begin
  perform pg_notify('heddle_live', json_build_object(
    'subject', 'proposal:' || new.id || '@' || new.plant, 'plant', new.plant, 'state', new.state)::text);
  return null;
end $$;
create trigger proposal_notifies after insert or update of state, reason on proposals
  for each row execute function notify_proposal();

-- Where a change cut in: the first unit of a revision.
create index built_units_by_revision on built_units (plant, item, revision, built_at);
