-- Run before the migrations, every time: the roles and the schema they share. Roles belong to the whole server, not to one database.
do $$
declare
  role text;
begin
  foreach role in array array['platen_migrate', 'platen_web', 'platen_intake', 'platen_door', 'platen_reread'] loop
    begin
      if not exists (select from pg_roles where rolname = role) then
        execute format('create role %I nologin', role);
      end if;
    exception when duplicate_object or unique_violation then
      null; -- Another database of the same server made it at the same moment.
    end;
    if not pg_has_role(current_user, role, 'member') then
      execute format('grant %I to current_user', role);
    end if;
  end loop;
  if not exists (select from pg_namespace where nspname = 'platen') then
    create schema platen authorization platen_migrate;
  end if;
end $$;
