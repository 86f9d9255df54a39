-- Searches by name: posted, kept on the server for a day, carried in URLs by an opaque identifier.

-- +goose Up

create table recherches_nominatives (
    id          uuid primary key default gen_random_uuid(),
    utilisateur bigint not null references utilisateurs on delete cascade,
    organisme   text not null references organismes,
    nom         text not null default '',
    prenom      text not null default '',
    cree_le     timestamptz not null default now(),
    check (nom <> '' or prenom <> '')
);
create index recherches_nominatives_cree on recherches_nominatives (cree_le);
create index recherches_nominatives_utilisateur on recherches_nominatives (utilisateur);
comment on table recherches_nominatives is 'Noms et prénoms cherchés par un agent, gardés 24 heures hors des adresses ; lisibles de lui seul.';

-- +goose StatementBegin
create function normaliser_nom(t text) returns text language sql immutable strict parallel safe as $$
    select btrim(regexp_replace(
        regexp_replace(
            normalize(translate(upper(replace(replace(t, 'œ', 'oe'), 'æ', 'ae')), 'ØŁĐÐĦŦƁƊƘƝƳƗŊƏƐƆ', 'OLDDHTBDKNYINEEO'), NFKD),
            '[\u0300-\u036f\u00ad\u00b7\u200b-\u200f]', '', 'g'),
        '[^[:alnum:]]+', ' ', 'g'))
$$;
-- +goose StatementEnd
comment on function normaliser_nom is 'Majuscules sans accent ni ponctuation, comme les colonnes de recherche_noms : pour les noms tels que tapés dans un brouillon.';

-- +goose Down

drop function normaliser_nom;
drop table recherches_nominatives;
