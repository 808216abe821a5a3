-- Production orders on their way to the MES.

-- One row for each order that the hub has looked at.
create table orders (
  plant         text not null,
  "order"       text not null,
  item          text not null,
  -- The order that it was split from, or that it reworks.
  from_order    text,
  state         text not null check (state in (
                  'not released', 'scheduled', 'held', 'blocked', 'sending', 'retrying',
                  'dispatched', 'negotiating', 'refused', 'ended')),
  reason        text,
  -- What the page of the order shows besides: the ERP's side, the MES's side, gate and findings.
  shown         jsonb not null,
  -- The last version that was acknowledged; the versions sent are in order_versions.
  acknowledged  integer not null default 0,
  held_by_heddle boolean not null default false,
  directives    jsonb not null default '{}',
  -- The report that the ERP has, as text.
  reported      text,
  dispatch_at   timestamptz(3),
  shift_at      timestamptz(3),
  shift_name    text,
  shift_day     text,
  dispatched_at timestamptz(3),
  updated_at    timestamptz(3) not null default now(),
  primary key (plant, "order")
);
create index orders_by_update on orders (updated_at desc);
create index orders_by_item on orders (plant, item) where state <> 'ended';
create index orders_by_shift on orders (plant, shift_at) where shift_at is not null;
create index orders_by_origin on orders (plant, from_order) where from_order is not null;

-- What was sent to the MES, or begun to be: written before it is sent.
create table order_versions (
  plant   text not null,
  "order" text not null,
  version integer not null,
  -- The JSON of the job's content.
  content json not null,
  sent_at timestamptz(3) not null default now(),
  -- The MES's words; null unless it refused.
  refusal text,
  primary key (plant, "order", version)
);
alter table order_versions alter column content set storage external; -- compressing costs more than it saves on the busiest path

-- Orders to look at. Apart from `orders`, because these rows come and go with every look.
create table order_wakes (
  plant    text not null,
  "order"  text not null,
  due      timestamptz not null,
  priority integer not null default 0,
  -- Counts what asked for a look, so that one that asks during a look is not lost with it.
  asked    bigint not null default 1,
  why      text not null,
  by       text,
  attempt  integer not null default 0,
  primary key (plant, "order")
);
create index order_wakes_due on order_wakes (plant, priority desc, due);

-- Which hub works off a plant's orders. `fence` only grows.
create table desks (
  plant  text primary key,
  fence  bigint not null,
  holder text not null,
  until  timestamptz not null
);

-- Designs that released changes give the items of a plant, for the gate.
create table newer_designs (
  plant          text not null,
  item           text not null,
  change         text not null,
  released_at    text not null,
  effective_from text,
  revision       text,
  published      boolean not null default false,
  mbom           text,
  primary key (plant, item, change)
);

create table deviations (
  id            text primary key,
  plant         text not null,
  item          text not null,
  superseded_by text not null,
  "order"       text,
  reason        text not null,
  approved_by   text not null,
  -- An exact number as text.
  quantity      text,
  until         timestamptz(3),
  revoked_by    text,
  created_at    timestamptz(3) not null default now()
);
create index deviations_by_item on deviations (plant, item);

-- Orders that a deviation has let through, with their quantities.
create table deviation_uses (
  deviation text not null references deviations on delete cascade,
  "order"   text not null,
  quantity  text not null,
  primary key (deviation, "order")
);

-- Live views hear of each order, or, where one statement moved many, of the plant.
create function notify_orders() returns trigger language plpgsql as $$
begin
  if (select count(*) from moved) > 20 then
    perform pg_notify('heddle_live', json_build_object('subject', 'orders@' || plant, 'plant', plant)::text)
       from (select distinct plant from moved) plants;
  else
    perform pg_notify('heddle_live', json_build_object(
      'subject', 'order:' || "order" || '@' || plant, 'plant', plant, 'state', state)::text) from moved;
  end if;
  return null;
end $$;
create trigger orders_inserted after insert on orders
  referencing new table as moved for each statement execute function notify_orders();
create trigger orders_updated after update on orders
  referencing new table as moved for each statement execute function notify_orders();

-- The trail of an order is told of with the order.
drop trigger audit_notifies on audit;
create trigger audit_notifies after insert on audit
  for each row when (new.subject is not null and new.subject not like 'order:%') execute function notify_audit();
