-- What the hub remembers: where every subject stands, what was planned, decided and done, and who did it.

-- Instants are kept to the millisecond, as they are shown, so that a page can go on exactly after a row.

create table runs (
  subject            text primary key,
  kind               text not null,
  key                text not null,
  plant              text not null,
  title              text not null default '',
  state              text not null default 'planning' check (state in (
                       'planning', 'awaiting approval', 'waiting turn', 'applying', 'retrying', 'blocked',
                       'applied', 'in step', 'refused', 'withdrawn')),
  reason             text,
  waits_for          text[] not null default '{}',
  plan_digest        text,
  action_required    integer not null default 0,
  exposure           text,
  requested_by       text,
  definition_version integer not null default 1,
  -- Tries since the run last settled.
  attempt            integer not null default 0,
  -- Whether a wake-up waits.
  queued             boolean not null default false,
  created_at         timestamptz(3) not null default now(),
  updated_at         timestamptz(3) not null default now()
);
create index runs_by_update on runs (updated_at desc, subject desc);
create index runs_queued on runs (subject) where queued;
create index runs_by_state on runs (state, updated_at desc, subject desc);

-- Who works on a subject. Apart from `runs`, because heartbeats write it every few seconds.
-- `fence` only grows: whoever comes with an older one is too late.
create table leases (
  subject     text primary key references runs on delete cascade,
  fence       bigint not null,
  holder      text,
  until       timestamptz,
  job         uuid,
  job_attempt integer
);
create index leases_held on leases (until) where holder is not null;

create table plans (
  digest       text primary key,
  subject      text not null references runs on delete cascade,
  state        text not null check (state in ('proposed', 'blocked', 'approved', 'refused', 'stale', 'applied')),
  requested_by text not null,
  -- The plan's JSON, deflated.
  content      bytea not null,
  created_at   timestamptz(3) not null default now(),
  id           bigint generated always as identity unique
);
alter table plans alter column content set storage external; -- already compressed
create index plans_by_subject on plans (subject, id desc);

create table decisions (
  digest   text primary key references plans on delete cascade,
  decision text not null check (decision in ('approve', 'refuse')),
  by       text not null,
  reason   text not null,
  meaning  text not null,
  at       timestamptz(3) not null default now()
);

create table outcomes (
  digest          text not null references plans on delete cascade,
  action          text not null,
  subject         text not null,
  state           text not null check (state in ('started', 'done', 'refused', 'unknown')),
  attempts        integer not null default 1,
  receipt_id      text,
  receipt_version text,
  error           jsonb,
  at              timestamptz(3) not null default now(),
  primary key (digest, action)
);
create index outcomes_unsettled on outcomes (at) where state in ('started', 'unknown');

-- The mBOMs that Heddle published, each with the one it took the place of.
create table publications (
  id          bigint generated always as identity primary key,
  plant       text not null,
  item        text not null,
  change      text not null,
  digest      text not null,
  before      jsonb,
  after       jsonb not null,
  number      text not null,
  version     text,
  released_at text not null,
  at          timestamptz(3) not null default now(),
  unique (plant, item, digest)
);
create index publications_latest on publications (plant, item, id desc);
create index publications_by_change on publications (change, plant, item, id);

-- Assemblies that a change is at work on, and changes that wait for one of them.
create table turns (
  resource text primary key,
  subject  text not null
);
create index turns_by_subject on turns (subject);

create table turn_waits (
  subject  text not null,
  resource text not null,
  -- Place in the queue: the release instant. Earlier goes first.
  place    text not null,
  primary key (subject, resource)
);
create index turn_waits_by_resource on turn_waits (resource, place);

create table thread_links (
  id          bigint generated always as identity primary key,
  subject     text not null,
  from_system text not null,
  from_kind   text not null,
  from_id     text not null,
  relation    text not null,
  to_system   text not null,
  to_kind     text not null,
  to_id       text not null,
  at          timestamptz(3) not null default now(),
  unique (from_system, from_kind, from_id, relation, to_system, to_kind, to_id)
);
create index thread_links_to on thread_links (to_system, to_kind, to_id);

create table audit (
  id      bigint generated always as identity primary key,
  at      timestamptz(3) not null default now(),
  who     text not null,
  what    text not null,
  subject text,
  detail  jsonb not null
);
create index audit_by_subject on audit (subject, id desc);

create function refuse_audit_edit() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only: % refused', tg_op;
end $$;
create trigger audit_append_only before update or delete or truncate on audit
  for each statement execute function refuse_audit_edit();

-- Messages taken in, each once: its sender may send it as often as it likes.
create table inbox (
  source      text not null,
  id          text not null,
  body        jsonb not null,
  received_at timestamptz(3) not null default now(),
  primary key (source, id)
);
create index inbox_by_age on inbox (received_at);

-- How far the history of a system's capability has been read.
create table cursors (
  system     text not null,
  capability text not null,
  cursor     text,
  moved_at   timestamptz(3) not null default now(),
  primary key (system, capability)
);

-- Which hub polls, and when it last began to.
create table polls (
  name   text primary key,
  holder text,
  until  timestamptz not null,
  due    timestamptz not null
);

-- Systems that a person has paused, and the subjects that wait for them.
create table pauses (
  system text primary key,
  by     text not null,
  reason text not null,
  at     timestamptz(3) not null default now()
);
create table parked (
  subject text primary key references runs on delete cascade,
  system  text not null
);

-- Live views hear of every change of a run and every audit record, whoever made it.
create function notify_run() returns trigger language plpgsql as $$
begin
  perform pg_notify('heddle_live', json_strip_nulls(json_build_object(
    'subject', new.subject,
    'change', case when new.kind = 'change' then new.key end,
    'plant', new.plant,
    'state', new.state))::text);
  return null;
end $$;
create trigger run_notifies after insert or update of title, state, reason, waits_for, plan_digest, action_required, exposure
  on runs for each row execute function notify_run();

create function notify_audit() returns trigger language plpgsql as $$
begin
  perform pg_notify('heddle_live', json_build_object('subject', new.subject)::text);
  return null;
end $$;
create trigger audit_notifies after insert on audit
  for each row when (new.subject is not null) execute function notify_audit();
