-- What the multi-criteria search asks of a demande, beside what its row already held.

-- +goose Up

alter table recherche_demandes
    add column tri_nom          text       not null default '' collate "C",
    add column cibles           integer[]  not null default '{}',
    add column types_ressources smallint[] not null default '{}',
    add column caution          boolean,
    add column preavis          boolean,
    add column contact          boolean;
comment on column recherche_demandes.cibles is 'Territoires demandés et ceux qui les contiennent, comme demandes.cibles : la portée des collectivités.';
comment on column recherche_demandes.contact is 'Un titulaire au moins a un téléphone ou un courriel.';

update recherche_demandes r set
    tri_nom = d.tri_nom, cibles = d.cibles, caution = s.caution <> '', preavis = l.preavis is not null,
    types_ressources = array(select distinct n.numero from ressources e
        join nomenclatures n on n.domaine = 'ressource_type' and n.code = e.type
        where e.demande_id = d.id and not e.versee order by 1),
    contact = exists (select from personnes p where p.demande_id = d.id and p.role in ('demandeur', 'co_titulaire')
        and p.tel_domicile || p.tel_portable || p.tel_travail || p.courriel <> '')
from demandes d
join souhaits s on s.demande_id = d.id
join logements_actuels l on l.demande_id = d.id
where d.id = r.demande_id;

create index recherche_demandes_nom on recherche_demandes (departement, tri_nom, demande_id);

-- +goose Down

drop index recherche_demandes_nom;
alter table recherche_demandes drop column tri_nom, drop column cibles, drop column types_ressources, drop column caution,
    drop column preavis, drop column contact;
