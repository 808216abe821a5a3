-- Where the booking of an order's production in the ERP stands.
create table bookings (
  plant       text not null,
  "order"     text not null,
  state       text not null default 'waiting' check (state in (
                'waiting', 'booked', 'completed', 'to decide', 'refused', 'blocked')),
  -- Why it stands there, in a sentence; null when that goes without saying.
  reason      text,
  -- What does not fit the ERP's order, and what people said of it: the JSON of PostingFinding and PostingDecision.
  findings    jsonb not null default '[]',
  decisions   jsonb not null default '[]',
  -- What the ERP held when it was looked at last, and what it lacked: the JSON of PostingLines.
  held        jsonb,
  outstanding jsonb,
  -- What of the last posting the ERP has no place for, each a sentence.
  losses      jsonb not null default '[]',
  -- How often Heddle has booked.
  postings    integer not null default 0,
  -- Operations that were complete when it was looked at last.
  completed   integer not null default 0,
  -- When the ERP is to be asked next; null while nothing new is known.
  due_at      timestamptz(3),
  looked_at   timestamptz(3),
  booked_at   timestamptz(3),
  updated_at  timestamptz(3) not null default now(),
  primary key (plant, "order")
);
create index bookings_by_update on bookings (updated_at desc, (plant || '/' || "order") desc);
create index bookings_by_state on bookings (state, updated_at desc);
