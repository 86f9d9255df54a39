-- Référentiels run from the browser: what ATLAS changed or added is never touched again by a load, two administrators
-- see each other, and every instance reads again what one of them changed. Written by internal/referentiels and
-- internal/referentiels/tenue.

-- +goose Up

alter table territoires
    add column modifiees text[] not null default '{}',
    add column local     boolean not null default false,
    add column version   integer not null default 1;
comment on column territoires.modifiees is 'Colonnes changées par l’administration : le chargement des référentiels n’y touche plus.';
comment on column territoires.local is 'Ajouté par l’administration : le chargement des référentiels ne touche pas à la ligne.';

alter table nomenclatures
    add column modifiees text[] not null default '{}',
    add column local     boolean not null default false,
    add column version   integer not null default 1;
comment on column nomenclatures.modifiees is 'Colonnes changées par l’administration : le chargement des référentiels n’y touche plus.';
comment on column nomenclatures.local is 'Ajoutée par l’administration : le chargement n’y touche pas, et elle se supprime tant qu’elle n’a pas servi.';

alter table plafonds
    add column modifiees text[] not null default '{}',
    add column local     boolean not null default false;
comment on column plafonds.modifiees is 'Colonnes changées par l’administration : le chargement des référentiels n’y touche plus.';
comment on column plafonds.local is 'Saisi par l’administration : le chargement des référentiels ne touche pas à la ligne.';

create table plafonds_annees (
    annee       smallint not null check (annee between 1990 and 2100),
    zone        text not null,
    publiee     boolean not null default false,
    version     integer not null default 1,
    modifie_le  timestamptz not null default now(),
    modifie_par text not null default '',
    primary key (annee, zone)
);
comment on table plafonds_annees is 'Années de plafonds saisies par l’administration. Une année sans ligne vient du chargement : elle est publiée.';
comment on column plafonds_annees.publiee is 'Le calcul n’emploie que les années publiées.';

alter table organismes add column version integer not null default 1;
alter table agences add column version integer not null default 1;
alter table guichets add column version integer not null default 1;
alter table parametres add column version integer not null default 1;

create table referentiels_version (
    seule  boolean primary key default true check (seule),
    numero bigint not null
);
insert into referentiels_version (numero) values (1);
comment on table referentiels_version is 'Une seule ligne, dont le numéro augmente à chaque changement d’un référentiel que l’administration tient : chaque serveur les relit alors.';

-- +goose StatementBegin
create function referentiels_changer() returns trigger language plpgsql as $$
begin
    if exists (select from lignes) then
        update referentiels_version set numero = numero + 1;
    end if;
    return null;
end
$$;
-- +goose StatementEnd
comment on function referentiels_changer is 'Vaut aussi pour une modification faite en SQL.';

-- +goose StatementBegin
do $$
declare
    t text;
    e text;
begin
    foreach t in array array['territoires', 'qpv', 'nomenclatures', 'plafonds', 'plafonds_annees',
                             'parametres', 'organismes', 'agences', 'guichets', 'bailleurs_communes'] loop
        foreach e in array array['insert', 'update', 'delete'] loop
            execute format('create trigger referentiels_%s after %s on %I referencing %s table as lignes '
                           'for each statement execute function referentiels_changer()',
                           e, e, t, case e when 'delete' then 'old' else 'new' end);
        end loop;
    end loop;
end
$$;
-- +goose StatementEnd

-- +goose Down

-- +goose StatementBegin
do $$
declare
    t text;
    e text;
begin
    foreach t in array array['territoires', 'qpv', 'nomenclatures', 'plafonds', 'plafonds_annees',
                             'parametres', 'organismes', 'agences', 'guichets', 'bailleurs_communes'] loop
        foreach e in array array['insert', 'update', 'delete'] loop
            execute format('drop trigger referentiels_%s on %I', e, t);
        end loop;
    end loop;
end
$$;
-- +goose StatementEnd
drop function referentiels_changer();
drop table referentiels_version, plafonds_annees;
alter table parametres drop column version;
alter table guichets drop column version;
alter table agences drop column version;
alter table organismes drop column version;
alter table plafonds drop column modifiees, drop column local;
alter table nomenclatures drop column modifiees, drop column local, drop column version;
alter table territoires drop column modifiees, drop column local, drop column version;
