-- The three-way merge: what it is made against, the questions that only a person can answer, and the answers.

-- What engineering's plan said when the mBOM was published; null where it was published just so.
alter table publications add column engineering jsonb;

-- A question about one field of one line of an mBOM, the same whichever change brings it up.
create table conflicts (
  id          text primary key,
  -- How merges name it: plant, item, line and field.
  question    text not null unique,
  plant       text not null,
  item        text not null,
  line        text not null,
  component   text not null,
  field       text not null,
  state       text not null check (state in ('open', 'answered', 'gone')),
  -- What each side says, as people read it; null where it has no such line.
  base        text,
  engineering text,
  plant_said  text,
  -- The lines around it, to know one's way: JSON.
  around      jsonb not null,
  -- By which change it came up last, and since when.
  change      text not null,
  opened_at   timestamptz(3) not null default now(),
  updated_at  timestamptz(3) not null default now()
);
create index conflicts_by_time on conflicts (opened_at desc, id desc);
create index conflicts_open on conflicts (plant, item) where state = 'open';
create index conflicts_by_change on conflicts (change);

-- Changes whose plan asks the question now, or goes by its answer.
create table conflict_changes (
  conflict    text not null references conflicts on delete cascade,
  subject     text not null,
  released_by text,
  asks        boolean not null,
  primary key (conflict, subject)
);
create index conflict_changes_by_subject on conflict_changes (subject);

-- What people answered. One answer is in force until it is taken back or given anew.
create table resolutions (
  id             bigint generated always as identity primary key,
  conflict       text not null references conflicts on delete cascade,
  stands         text not null check (stands in ('engineering', 'plant')),
  -- What they had before their eyes. The answer holds as long as the plant says this.
  plant_said     text,
  base           text,
  engineering    text,
  reason         text not null,
  by             text not null,
  at             timestamptz(3) not null default now(),
  revoked_by     text,
  revoked_at     timestamptz(3),
  revoked_reason text
);
create unique index resolutions_in_force on resolutions (conflict) where revoked_at is null;
create index resolutions_by_conflict on resolutions (conflict, id desc);

create function notify_conflict() returns trigger language plpgsql as $$
begin
  perform pg_notify('heddle_live', json_build_object(
    'subject', 'conflict:' || new.id || '@' || new.plant, 'plant', new.plant, 'state', new.state)::text);
  return null;
end $$;
create trigger conflict_notifies after insert or update of state, base, engineering, plant_said on conflicts
  for each row execute function notify_conflict();
