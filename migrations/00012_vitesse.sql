-- Exact totals without reading the demandes one by one: numbers kept per état, names that carry what their lists ask.

-- +goose Up

create table effectifs (
    departement text not null,
    organisme   text not null,
    statut      text not null,
    etat        text not null,
    nombre      integer not null
);
create index effectifs_departement on effectifs (departement);
comment on table effectifs is 'Nombre de demandes par organisme et par état : la somme des lignes, dont chacune est un écart écrit par la transaction qui change les demandes. Aucune ligne n’est modifiée, donc personne n’attend personne ; elles sont regroupées de temps en temps.';

insert into effectifs (departement, organisme, statut, etat, nombre)
select departement, organisme, statut, etat, count(*)
from demandes
group by departement, organisme, statut, etat;

-- What a list by name asks of a demande, beside its names: most of them then read no other table.
alter table recherche_noms
    add column statut text not null default '',
    add column organisme text not null default '',
    add column date_depot date;
comment on column recherche_noms.statut is 'Celui de la demande, comme organisme et date_depot : tenus par le déclencheur demandes_suivies.';

update recherche_noms n set statut = d.statut, organisme = d.organisme, date_depot = d.date_depot
from demandes d
where d.id = n.demande_id;

-- Triggers, so that no writing can forget the totals: a total that isn't exact is worse than none.

-- +goose StatementBegin
create function effectifs_ajouter() returns trigger language plpgsql as $$
begin
    insert into effectifs (departement, organisme, statut, etat, nombre)
    select departement, organisme, statut, etat, count(*)
    from lignes
    group by departement, organisme, statut, etat;
    return null;
end
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function effectifs_oter() returns trigger language plpgsql as $$
begin
    insert into effectifs (departement, organisme, statut, etat, nombre)
    select departement, organisme, statut, etat, -count(*)
    from lignes
    group by departement, organisme, statut, etat;
    return null;
end
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function effectifs_vider() returns trigger language plpgsql as $$
begin
    delete from effectifs;
    return null;
end
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function demandes_suivre() returns trigger language plpgsql as $$
begin
    insert into effectifs (departement, organisme, statut, etat, nombre)
    values (old.departement, old.organisme, old.statut, old.etat, -1), (new.departement, new.organisme, new.statut, new.etat, 1);
    if old.statut <> 'BROUILLON' then -- a draft has no names yet
        update recherche_noms set departement = new.departement, statut = new.statut, organisme = new.organisme, date_depot = new.date_depot
        where departement = old.departement
          and demande_id = new.id;
    end if;
    return null;
end
$$;
-- +goose StatementEnd

create trigger demandes_ajoutees after insert on demandes
    referencing new table as lignes for each statement execute function effectifs_ajouter();
create trigger demandes_otees after delete on demandes
    referencing old table as lignes for each statement execute function effectifs_oter();
create trigger demandes_videes after truncate on demandes
    for each statement execute function effectifs_vider();
create trigger demandes_suivies after update on demandes for each row
    when ((old.departement, old.organisme, old.statut, old.etat, old.date_depot)
        is distinct from (new.departement, new.organisme, new.statut, new.etat, new.date_depot))
    execute function demandes_suivre();

-- The home page counts the sets of types.
create index recherche_demandes_types on recherche_demandes (departement, types);

-- +goose Down

drop index recherche_demandes_types;
drop trigger demandes_suivies on demandes;
drop trigger demandes_videes on demandes;
drop trigger demandes_otees on demandes;
drop trigger demandes_ajoutees on demandes;
drop function demandes_suivre, effectifs_vider, effectifs_oter, effectifs_ajouter;
alter table recherche_noms drop column statut, drop column organisme, drop column date_depot;
drop table effectifs;
