-- Who may use Heddle. Passwords, session tokens and API keys are stored only as hashes.

create table accounts (
  account              text primary key check (account ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'),
  role                 text not null check (role in ('viewer', 'operator', 'approver', 'admin')),
  password_hash        text not null,
  must_change_password boolean not null default true,
  disabled_at          timestamptz,
  created_by           text not null,
  created_at           timestamptz not null default now()
);

create table sessions (
  token_hash bytea primary key,
  account    text not null references accounts on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_by_account on sessions (account);
create index sessions_by_expiry on sessions (expires_at);

create table api_keys (
  id           text primary key,
  key_hash     bytea not null unique,
  name         text not null,
  account      text not null references accounts on delete cascade,
  role         text not null check (role in ('viewer', 'operator', 'approver', 'admin')),
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  last_used_at timestamptz
);
create index api_keys_by_account on api_keys (account);

-- Attempts to sign in, counted per bucket ("address 10.0.0.7") in a window that starts with the first.
create table sign_in_attempts (
  bucket    text primary key,
  opened_at timestamptz not null default now(),
  attempts  integer not null default 1
);
