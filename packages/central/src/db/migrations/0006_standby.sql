-- Two Onsites with one scope: one makes the rounds, the other stands by until nothing is heard of the first.

-- `standby_of` names the Onsite that this one stands in for, which knows nothing of it itself. `duty` is Central's word to it since
-- `duty_since`; `duties` counts these words and is part of the version of its settings, which it says it has by `settings_taken`. `turn`: a
-- person wants it to take over as soon as the other has heard that it is on standby.
alter table onsite add column standby_of text;
alter table onsite add column duty text not null default 'active' check (duty in ('active', 'standby'));
alter table onsite add column duty_since timestamptz;
alter table onsite add column duty_because text check (duty_because in ('person', 'silence'));
alter table onsite add column duties integer not null default 0;
alter table onsite add column turn boolean not null default false;
alter table onsite add column settings_taken integer;
create unique index onsite_standby on onsite (tenant_id, standby_of) where standby_of is not null;

grant update (standby_of, duty, duty_since, duty_because, duties, turn) on onsite to platen_web;
grant update (duty, duty_since, duty_because, duties, turn, settings_taken) on onsite to platen_intake;
