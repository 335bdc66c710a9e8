-- Who may do what. Row-level security on every table, forced on its owner too; without a tenant a query answers nothing.
-- platen_web answers people, platen_intake takes deliveries, platen_door finds out who is knocking, platen_migrate owns the schema.

do $$
declare
  name text;
  doors constant text[] := array['login', 'session', 'onsite_door', 'enrolment'];
begin
  for name in
    select c.relname from pg_class c
    where c.relnamespace = 'platen'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migration'
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_tenant on %I using (tenant_id = nullif(current_setting(''platen.tenant'', true), '''')::bigint)', name);
    execute format('create policy owner_all on %I to platen_migrate using (true) with check (true)', name);
    if name = any (doors) then
      execute format('create policy any_door on %I to platen_door using (true) with check (true)', name);
    end if;
  end loop;
end $$;
-- A delivery names its Onsite before its tenant is known.
create policy any_delivery on onsite_door for select to platen_intake using (true);

grant usage on schema platen to platen_web, platen_intake, platen_door;

grant select on tenant, place, person, onsite, onsite_door, receipt, envelope, quarantine, device, device_evidence, meter_layout,
  supply_layout, reading, device_state, supply_state, alert, meter_event to platen_web;
grant insert on place, onsite, onsite_door, enrolment to platen_web;
grant update (state, revoked_at, settings, settings_version, interval_minutes, name) on onsite to platen_web;
grant update (state) on onsite_door to platen_web;

grant select on login, session, onsite_door, enrolment, onsite to platen_door;
grant insert, delete on session to platen_door;
grant update (used_at) on session, enrolment to platen_door;
grant update (state, signing_key, sealing_key) on onsite_door to platen_door;
grant update (state, enrolled_at, scope_hash, host_name, program) on onsite to platen_door;

grant select, insert on receipt, envelope, device, device_evidence, meter_layout, supply_layout, reading, device_state, supply_state,
  alert, meter_event to platen_intake;
grant insert, select (tenant_id, onsite_id, reason, detail) on quarantine to platen_intake;
grant usage on sequence envelope_number, device_device_id_seq to platen_intake;
grant usage on sequence place_place_id_seq to platen_web;
grant select on onsite, onsite_door to platen_intake;
grant update (last_contact, program, instructions, host_name, waiting, oldest_waiting, skew_ms, round, problems, alarm, quarantined,
  last) on onsite to platen_intake;
grant update on device, device_evidence, device_state, supply_state to platen_intake;
grant update (alert, closed_at) on alert to platen_intake;
grant delete on supply_state, meter_event to platen_intake;
