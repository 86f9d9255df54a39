-- Erasure of nominative data one year after radiation (décret n° 2017-917, art. 4): an anonymous row stays for
-- statistics, its number goes to a list of its own. Written by internal/conservation.

-- +goose Up

-- An erased demande has no number any more: with it, its holder would find the row again.
alter table demandes
    drop constraint demandes_check,
    add constraint demandes_numero_selon_statut check (
        case when statut in ('BROUILLON', 'A_VALIDER') then numero_unique is null
             when statut in ('ACTIVE', 'RADIEE') then numero_unique is not null
             else true end);
create index demandes_a_effacer on demandes (date_radiation, id) where statut = 'RADIEE';

create table numeros_retires (
    numero_unique text primary key,
    departement   text not null references departements,
    mois          integer not null,
    rang          integer not null,
    unique (departement, mois, rang)
);
comment on table numeros_retires is 'Numéros uniques des demandes effacées : jamais réattribués, et sans lien avec la ligne anonyme gardée pour les statistiques.';

create table effacements (
    id          bigint generated always as identity primary key,
    commence_le timestamptz not null default now(),
    termine_le  timestamptz,
    limite      date not null,
    mois        smallint not null check (mois >= 1),
    a_effacer   integer not null check (a_effacer >= 0),
    effacees    integer not null default 0 check (effacees >= 0),
    utilisateur bigint references utilisateurs,
    organisme   text not null default ''
);
create index effacements_utilisateur on effacements (utilisateur) where utilisateur is not null;
comment on table effacements is 'Exécutions de l’effacement : qui, quand, combien. Une exécution interrompue est reprise par la suivante.';
comment on column effacements.limite is 'Les demandes radiées ce jour-là ou avant sont effacées.';
comment on column effacements.mois is 'Durée de conservation après la radiation, en mois, telle que le paramètre la fixait.';
comment on column effacements.utilisateur is 'Vide : exécution de la nuit.';

-- +goose StatementBegin
create function numeros_retires_refuser() returns trigger language plpgsql as $$
begin
    if exists (select from lignes l join numeros_retires r on r.numero_unique = l.numero_unique)
        or exists (select from lignes l join numeros_retires r on (r.departement, r.mois, r.rang) = (l.departement, l.mois, l.rang)) then
        raise exception 'ce numéro unique a été celui d’une demande effacée : il n’est plus attribué'
            using errcode = 'unique_violation', constraint = 'numeros_retires_pkey';
    end if;
    return null;
end
$$;
-- +goose StatementEnd
create trigger demandes_numero_neuf after insert on demandes
    referencing new table as lignes for each statement execute function numeros_retires_refuser();

-- +goose StatementBegin
create function numero_retire_refuser() returns trigger language plpgsql as $$
begin
    if exists (select from numeros_retires r where r.numero_unique = new.numero_unique)
        or exists (select from numeros_retires r where (r.departement, r.mois, r.rang) = (new.departement, new.mois, new.rang)) then
        raise exception 'ce numéro unique a été celui d’une demande effacée : il n’est plus attribué'
            using errcode = 'unique_violation', constraint = 'numeros_retires_pkey';
    end if;
    return null;
end
$$;
-- +goose StatementEnd
create trigger demandes_numero_donne after update on demandes for each row
    when (new.numero_unique is not null and new.numero_unique is distinct from old.numero_unique)
    execute function numero_retire_refuser();

-- +goose Down

drop trigger demandes_numero_donne on demandes;
drop trigger demandes_numero_neuf on demandes;
drop function numero_retire_refuser, numeros_retires_refuser;
drop table effacements, numeros_retires;
drop index demandes_a_effacer;
-- Erased rows have lost their numbers for good.
alter table demandes
    drop constraint demandes_numero_selon_statut,
    add constraint demandes_check check (
        statut = 'EFFACEE' or (statut in ('BROUILLON', 'A_VALIDER')) = (numero_unique is null));
