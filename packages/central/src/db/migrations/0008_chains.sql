-- How far the numbered envelopes of each of an Onsite's epochs have come: those between the first and the last that are not among the received
-- were lost before they were sent (a disk that was full for too long), or somebody kept them back.
create table chain (
  tenant_id bigint not null,
  onsite_id text not null,
  epoch bytea not null,
  first bigint not null,
  last bigint not null,
  received bigint not null,
  primary key (tenant_id, onsite_id, epoch)
);

insert into chain (tenant_id, onsite_id, epoch, first, last, received)
select tenant_id, onsite_id, epoch, min(seq), max(seq), count(*) from receipt group by tenant_id, onsite_id, epoch;

alter table chain enable row level security;
alter table chain force row level security;
create policy own_tenant on chain using (tenant_id = nullif(current_setting('platen.tenant', true), '')::bigint);
create policy owner_all on chain to platen_migrate using (true) with check (true);
grant select on chain to platen_web;
grant select, insert, update on chain to platen_intake;
