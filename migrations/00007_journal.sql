-- Who read what, and what was changed in the administration: two append-only journals whose rows are chained.

-- +goose Up

create table journal_acces (
    rang        bigint      not null,
    fait_le     timestamptz not null,
    utilisateur bigint      not null,
    organisme   text        not null default '',
    sorte       text        not null check (sorte in ('LECTURE', 'RECHERCHE', 'EXPORT', 'EDITION', 'COMMUNICATION', 'CONNEXION',
                                'ECHEC_CONNEXION', 'DECONNEXION', 'REFUS')),
    demande     bigint      not null default 0,
    ecran       text        not null default '',
    criteres    text        not null default '',
    recherche   text        not null default '',
    lignes      integer     not null default 0,
    reference   text        not null default '',
    chaine      bytea       not null,
    primary key (fait_le, rang)
) partition by range (fait_le);
create table journal_acces_defaut partition of journal_acces default;
create index journal_acces_demande on journal_acces (demande, fait_le) where demande <> 0;
create index journal_acces_utilisateur on journal_acces (utilisateur, fait_le);
create index journal_acces_organisme on journal_acces (organisme, fait_le);
create index journal_acces_rang on journal_acces (rang);
comment on table journal_acces is 'Qui a ouvert quel dossier, cherché, exporté, édité quoi. En ajout seul, enchaîné ; aucun nom de demandeur.';
comment on column journal_acces.rang is 'Place dans la chaîne, sans trou.';
comment on column journal_acces.utilisateur is '0 : personne n’était connecté.';
comment on column journal_acces.demande is '0 : l’accès ne vise pas un dossier. Sans clé étrangère : la trace survit à l’effacement.';
comment on column journal_acces.criteres is 'Phrase de la recherche, sans les noms cherchés.';
comment on column journal_acces.recherche is 'Recherche nominative (recherches_nominatives.id), effacée d’elle-même après un jour.';
comment on column journal_acces.chaine is 'SHA-256 de l’empreinte de la ligne précédente et de celle-ci.';

create table changements (
    rang         bigint      not null,
    fait_le      timestamptz not null,
    utilisateur  bigint      not null,
    organisme    text        not null default '',
    objet        text        not null check (objet <> ''),
    cle          text        not null,
    libelle      text        not null default '',
    organisme_de text        not null default '',
    acte         text        not null check (acte <> ''),
    avant        jsonb       not null default '{}',
    apres        jsonb       not null default '{}',
    chaine       bytea       not null,
    primary key (fait_le, rang)
) partition by range (fait_le);
create table changements_defaut partition of changements default;
create index changements_objet on changements (objet, cle, fait_le);
create index changements_utilisateur on changements (utilisateur, fait_le);
create index changements_organisme on changements (organisme_de, fait_le);
create index changements_rang on changements (rang);
comment on table changements is 'Changements faits par l’administration (comptes, organismes, référentiels, paramètres, textes), avant et après. En ajout seul, enchaîné.';
comment on column changements.utilisateur is '0 : le programme lui-même (travail de nuit, commande).';
comment on column changements.organisme_de is 'Organisme que le changement concerne ; vide : le fichier entier.';

create table chaines (
    journal   text   primary key check (journal in ('journal_acces', 'changements')),
    rang      bigint not null,
    empreinte bytea  not null,
    ancre     bigint not null default 0,
    ancrage   bytea  not null default '\x'
);
insert into chaines (journal, rang, empreinte) values ('journal_acces', 0, '\x'), ('changements', 0, '\x');
comment on table chaines is 'Dernier maillon de chaque journal ; sa ligne se verrouille le temps d’ajouter les suivants.';
comment on column chaines.ancre is 'Rang de la dernière ligne retirée par la conservation, et son empreinte (ancrage) : la vérification commence là.';

-- +goose Down

drop table chaines, changements, journal_acces;
