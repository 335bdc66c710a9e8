-- Which meters of a reading may not simply be billed, judged when it comes in, since its sums are kept for the newest reading only: twice the
-- meter's place in its layout from 0, plus 1 where a sum of the device disputes it (else it is known by too few and unproved). Null: none.
alter table reading add column doubts int2[];
alter table device_state add column doubts int2[];

grant update (doubts) on reading, device_state to platen_reread;
