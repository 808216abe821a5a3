-- The change that a publication took back: it is none of that change's, nor of one in the order of changes.
alter table publications add column takes_back text;
-- The plan that was put beneath a publication that takes effect later, which stands over it since; empty for all others.
alter table publications add column rebased_by text not null default '';
alter table publications drop constraint publications_plant_item_digest_key;
create unique index publications_once on publications (plant, item, digest, rebased_by);
-- Equal places in line go by the subject's name, as bytes compare, whatever the server's language.
alter table turn_line alter column subject type text collate "C";
alter table turns alter column subject type text collate "C";
