-- Background work: what runs, what it did, the files it made. Written by internal/travaux only; the queue itself is
-- River's tables, created after these.

-- +goose Up

create table travaux (
    id          bigint generated always as identity primary key,
    code        text not null check (code <> ''),
    libelle     text not null,
    utilisateur bigint references utilisateurs on delete set null,
    organisme   text not null default '',
    session     jsonb not null default 'null',
    arguments   jsonb not null default 'null',
    oublie      boolean not null default false,
    cle         text not null default '',
    etat        text not null default 'EN_ATTENTE'
                check (etat in ('EN_ATTENTE', 'EN_COURS', 'A_REPRENDRE', 'REUSSI', 'ECHEC', 'ANNULE')),
    essais      smallint not null default 0,
    total       integer not null default 0 check (total >= 0),
    fait        integer not null default 0 check (fait >= 0),
    message     text not null default '',
    erreur      text not null default '',
    annuler     boolean not null default false,
    resultat    text not null default '',
    demande_le  timestamptz not null default now(),
    debut       timestamptz,
    fin         timestamptz,
    check ((fin is not null) = (etat in ('REUSSI', 'ECHEC', 'ANNULE')))
) with (fillfactor = 80);
create unique index travaux_cle on travaux (cle) where cle <> '' and etat in ('EN_ATTENTE', 'EN_COURS', 'A_REPRENDRE');
create index travaux_utilisateur on travaux (utilisateur, id);
create index travaux_code on travaux (code, id);
comment on table travaux is 'Travaux de fond : ce qui a été demandé, où il en est, comment il a fini.';
comment on column travaux.code is 'Entrée de la table des travaux du programme.';
comment on column travaux.utilisateur is 'Qui l’a demandé ; nul pour le calendrier.';
comment on column travaux.session is 'Droits de l’auteur au moment de la demande ; effacés un jour après la fin.';
comment on column travaux.arguments is 'Ce sur quoi porte le travail ; peut être nominatif, effacé dès la réussite, sinon un jour après la fin.';
comment on column travaux.oublie is 'Arguments effacés : le travail ne peut plus être relancé.';
comment on column travaux.cle is 'Deux travaux vivants n’ont jamais la même clé ; vide pour un travail qui peut courir plusieurs fois.';
comment on column travaux.annuler is 'Annulation demandée : le travail s’arrête dès qu’il la voit.';
comment on column travaux.resultat is 'Adresse du résultat, dans ce site.';

create table fichiers_travaux (
    travail   bigint primary key references travaux on delete cascade,
    nom       text not null,
    sorte     text not null,
    octets    bigint not null default 0,
    perime_le timestamptz not null
);
create index fichiers_travaux_perime on fichiers_travaux (perime_le);
comment on table fichiers_travaux is 'Fichiers produits par les travaux, lisibles par leur seul auteur, gardés un jour.';
comment on column fichiers_travaux.sorte is 'Type MIME.';

create table morceaux_travaux (
    travail bigint not null references fichiers_travaux on delete cascade,
    rang    integer not null,
    contenu bytea not null,
    primary key (travail, rang)
);
comment on table morceaux_travaux is 'Contenu des fichiers des travaux, par morceaux.';

create table calendrier_travaux (
    code     text primary key,
    prevu_le timestamptz not null
);
comment on table calendrier_travaux is 'Dernière échéance servie de chaque travail périodique : une seule fois chacune, quel que soit le nombre d’instances.';
