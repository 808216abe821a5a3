-- What the shop floor told, and what follows from it.

-- Which events were taken in, each once by its source and id.
create table shop_event_keys (
  source  text collate "C" not null,
  id      text collate "C" not null,
  -- The commit that took it in: see shop_events.
  intake  bigint not null,
  -- The first eight bytes of a digest of its content: the same key with another content is contested.
  content bigint not null,
  primary key (source, id)
);
create index shop_event_keys_by_intake on shop_event_keys using brin (intake);
create sequence intakes;

-- Events of one order that one commit took in: the JSON of each on a line. What is of no order stands under its work
-- center and day: see eventPlace.
create table shop_events (
  plant       text not null,
  "order"     text not null,
  intake      bigint not null,
  received_at timestamptz(3) not null default now(),
  count       integer not null,
  events      text not null,
  primary key (plant, "order", intake, received_at)
) partition by range (received_at);
create index shop_events_by_intake on shop_events using brin (intake);

-- Keys up to a commit that are to be let go, because the events are.
create table retired_keys (
  upto bigint not null
);

-- What came and is not counted, by what is wrong with it: up to some hundred events in one row, each on a line.
create table kept_apart (
  id          bigint generated always as identity primary key,
  -- Who told it; null where that could not be read.
  source      text,
  -- How it reached the hub: a connection, or the API key that sent it.
  via         text not null,
  plant       text,
  "order"     text,
  code        text not null,
  field       text not null,
  cause       text not null,
  fix         text not null,
  -- Whether it may pass without a new event: what it names may be on its way.
  may_pass    boolean not null,
  count       integer not null,
  events      text not null,
  received_at timestamptz(3) not null default now(),
  -- When what may pass is to be given to the intake once more.
  due_at      timestamptz(3) not null default now(),
  state       text not null default 'waiting' check (state in ('waiting', 'replayed', 'dismissed')),
  settled_at  timestamptz(3),
  settled_by  text,
  reason      text
);
create index kept_apart_waiting on kept_apart (received_at desc) where state = 'waiting';
create index kept_apart_due on kept_apart (due_at) where state = 'waiting' and may_pass;
create index kept_apart_by_order on kept_apart (plant, "order") where state = 'waiting' and may_pass;

-- So that what is told again is kept apart once.
create table kept_apart_keys (
  source  text collate "C" not null,
  id      text collate "C" not null,
  content bigint not null,
  at      timestamptz(3) not null default now(),
  primary key (source, id, content)
);
create index kept_apart_keys_by_time on kept_apart_keys using brin (at);

-- A correction gave an event of one order to another: the first one's events hold some of the second's.
create table moved_events (
  plant        text not null,
  "order"      text not null,
  from_plant   text not null,
  from_order   text not null,
  primary key (plant, "order", from_plant, from_order)
);
create index moved_events_from on moved_events (from_plant, from_order);

-- Orders that events may name, with what feedback must know of them: item, unit, operations, components.
create table shop_orders (
  plant      text not null,
  "order"    text not null,
  item       text not null,
  from_order text,
  plan       jsonb not null,
  learned_at timestamptz(3) not null default now(),
  primary key (plant, "order")
);
create table shop_items (
  plant        text not null,
  item         text not null,
  unit         text not null,
  unit_factors jsonb not null,
  learned_at   timestamptz(3) not null default now(),
  primary key (plant, item)
);
-- Names that events hold and the hub does not know: the ERP is asked for them.
create table unknown_names (
  plant    text not null,
  kind     text not null check (kind in ('order', 'item')),
  id       text not null,
  asked_at timestamptz(3) not null default now(),
  -- When to ask again.
  due      timestamptz(3) not null default now(),
  primary key (plant, kind, id)
);

-- Orders whose events are to be counted again: a row for each commit that took some in. Rows come and go.
create table count_wakes (
  id      bigint generated always as identity primary key,
  plant   text not null,
  "order" text not null,
  at      timestamptz(3) not null default now()
);
create index count_wakes_by_order on count_wakes (plant, "order");

-- What the events of an order come to.
create table order_production (
  plant       text not null,
  "order"     text not null,
  item        text,
  revision    text,
  unit        text,
  -- Sums by operation, of components by line, lot and operation, and what does not add up: the JSON of OrderActuals.
  actuals     jsonb,
  changes     text[] not null default '{}',
  events      integer not null,
  first_at    timestamptz(3),
  last_at     timestamptz(3),
  -- When its last operation was complete.
  finished_at timestamptz(3),
  counted_at  timestamptz(3) not null default now(),
  -- Why its events could not be counted, where Heddle is at fault.
  fault       text,
  -- When its events were let go, after their time: what was counted stays, and nothing is counted any more.
  retired_at  timestamptz(3),
  primary key (plant, "order")
);
create index order_production_retired on order_production (plant, "order") where retired_at is not null;
create index order_production_by_item on order_production (plant, item, last_at desc);

-- KPI elements of an order, apart by what KPIs are kept apart by.
create table kpi_cells (
  plant       text not null,
  "order"     text not null,
  cell        integer not null,
  item        text,
  revision    text,
  operation   text,
  work_center text,
  changes     text[] not null,
  day         text,
  shift       text,
  unit        text,
  -- `keyText` of the key, as in kpi_totals.
  key         text not null,
  -- The JSON of KpiElements.
  elements    json not null,
  primary key (plant, "order", cell)
);
create index kpi_cells_by_place on kpi_cells (plant, item, operation, day);
create index kpi_cells_by_key on kpi_cells (key);

-- The same, over all orders: what pages read.
create table kpi_totals (
  -- `keyText` of the key.
  key         text primary key,
  plant       text not null,
  item        text,
  revision    text,
  operation   text,
  work_center text,
  changes     text[] not null,
  day         text,
  shift       text,
  unit        text,
  orders      integer not null,
  elements    json not null
);
create index kpi_totals_by_item on kpi_totals (plant, item, day);
create index kpi_totals_by_work_center on kpi_totals (plant, work_center, day);

-- Pieces lost and troubles by their reason, for Pareto charts.
create table losses (
  plant       text not null,
  "order"     text not null,
  item        text,
  revision    text,
  operation   text,
  work_center text,
  day         text not null,
  kind        text not null check (kind in ('scrap', 'rework', 'nonconformance', 'downtime')),
  reason      text not null,
  -- An exact number as text: pieces, or how often; of downtime milliseconds.
  quantity    text not null,
  unit        text
);
create index losses_by_order on losses (plant, "order");
create index losses_by_item on losses (plant, item, day);

-- What was built: serials, lots where there are no serials, else the order.
create table built_units (
  plant      text not null,
  item       text not null,
  kind       text not null check (kind in ('serial', 'lot', 'order')),
  id         text not null,
  "order"    text not null,
  revision   text,
  lot        text,
  built_at   timestamptz(3) not null,
  changes    text[] not null,
  -- The JSON of what is on record of it: components, operations, operators, stations, results.
  record     json not null,
  primary key (plant, item, kind, id, "order")
);
create index built_units_by_order on built_units (plant, "order");
create index built_units_by_id on built_units (id text_pattern_ops);
create index built_units_in_time on built_units (plant, item, built_at);

-- The thread says when something came to be so, and who did it.
alter table thread_links add column happened_at timestamptz(3);
alter table thread_links add column who text;
-- From either end in the same order, so that what has many links is read page by page.
drop index thread_links_to;
create index thread_links_to on thread_links
  (to_system, to_kind, to_id, relation, from_system, from_kind, from_id);
-- By the beginning of an id, and from one thing to the next, however many links each has.
create index thread_links_from_id on thread_links
  (from_id collate "C", from_system collate "C", from_kind collate "C");
create index thread_links_to_id on thread_links
  (to_id collate "C", to_system collate "C", to_kind collate "C");
create index thread_links_of_production on thread_links (subject) where subject like 'production:%';
