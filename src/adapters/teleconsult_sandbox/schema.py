"""The tables of a sandbox file. May import nothing.

Every file has all of them, whatever it is used for, so that a phone and a mailbox may share one.
Instants are UTC texts of one fixed width, so that they sort as they pass; money is minor units.
"""

VERSION = 2
"""Kept in the file's `user_version`; a file of another version is refused, never migrated."""

SCHEMA = """
create table clock (
    one integer primary key check (one = 1),
    frozen_at text,
    offset_microseconds integer not null
) strict;

create table trouble (
    number integer primary key autoincrement,
    port text not null,
    verb text not null,
    kind text not null,
    times integer check (times > 0),
    seconds real not null
) strict;

create table holds (
    number integer primary key autoincrement,
    ref text generated always as (printf('hold_%06d', number)) stored unique,
    key text not null,
    appointment text not null,
    practitioner text not null,
    token text not null,
    minor integer not null check (minor > 0),
    currency text not null,
    present integer not null,
    made_at text not null,
    fact text not null,
    until text,
    captured integer not null default 0 check (captured between 0 and minor),
    refunded integer not null default 0 check (refunded between 0 and captured),
    disputed_at text,
    reason text not null default '',
    account text,
    fee integer not null default 0 check (fee between 0 and captured - refunded),
    note text not null default '{}' -- what another face of the network keeps with it, as JSON
) strict;
create index holds_by_key on holds (key);
create index holds_by_age on holds (made_at);

create table refunds (
    number integer primary key autoincrement,
    ref text not null,
    key text not null,
    minor integer not null check (minor > 0),
    at text not null,
    came_back_at text,
    note text not null default '{}' -- as for a hold
) strict;
create index refunds_by_hold on refunds (ref);

create table entries (
    number integer primary key autoincrement,
    at text not null,
    ref text not null,
    what text not null,
    debit text not null,
    credit text not null,
    minor integer not null check (minor > 0),
    currency text not null
) strict;
create index entries_by_hold on entries (ref);

create table accounts (
    number integer primary key autoincrement,
    ref text generated always as (printf('acct_%06d', number)) stored unique,
    practitioner text not null unique,
    email text not null,
    country text not null,
    delay_days integer not null check (delay_days between 0 and 31),
    opened_at text not null,
    takes_cards integer not null default 0,
    paid_out integer not null default 0,
    missing text not null default '', -- words with spaces between
    pages integer not null default 0,
    note text not null default '{}' -- as for a hold
) strict;

create table transfers (
    ref text primary key,
    practitioner text not null,
    account text,
    minor integer not null check (minor >= 0),
    currency text not null,
    expected_on text not null,
    paid_on text
) strict;

create table agenda (
    number integer primary key autoincrement,
    due_at text not null,
    ref text not null,
    what text not null
) strict;
create index agenda_by_time on agenda (due_at, number);

create table keys (
    key text primary key,
    asked text not null,
    answer text,
    forgotten_at text not null
) strict;

create table news_plan (
    one integer primary key check (one = 1),
    seed integer not null,
    shuffled integer not null,
    duplicated integer not null,
    late_microseconds integer not null
) strict;

create table events (
    number integer primary key autoincrement,
    at text not null,
    ref text not null,
    fact text not null
) strict;

create table deliveries (
    event integer not null,
    due_at text not null,
    turn text not null,
    number integer unique
) strict;
create index deliveries_to_come on deliveries (due_at) where number is null;

create table texts (
    number integer primary key autoincrement,
    key text not null unique,
    "to" text not null,
    text text not null,
    at text not null
) strict;

create table letters (
    number integer primary key autoincrement,
    key text not null unique,
    "to" text not null,
    letter text not null,
    at text not null
) strict;

create table places (
    number integer primary key autoincrement,
    appointment text not null,
    role text not null,
    device text not null,
    address text generated always as (
        printf('https://room.sandbox.invalid/%s/%s/%d', appointment, role, number)
    ) stored,
    until text not null,
    unique (appointment, role)
) strict;
"""
