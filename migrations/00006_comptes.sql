-- Accounts run from the browser: invitations, delegation, suspension within one organisme, second factor,
-- re-certification, mails. Written by internal/administration and internal/courriels.

-- +goose Up

alter table utilisateurs
    alter column courriel drop not null,
    alter column mot_de_passe drop not null,
    alter column mot_de_passe_le drop not null,
    alter column mot_de_passe_le drop default,
    add column version            integer not null default 1,
    add column second_facteur     bytea,
    add column second_facteur_le  timestamptz,
    add column second_facteur_pas bigint not null default 0,
    add constraint utilisateurs_second_facteur check ((second_facteur is null) = (second_facteur_le is null)),
    add constraint utilisateurs_mot_de_passe_le check (mot_de_passe is null or mot_de_passe_le is not null);
comment on column utilisateurs.courriel is 'Vide : l’agent n’a pas d’adresse utilisable, il entre avec son nom et son prénom.';
comment on column utilisateurs.mot_de_passe is 'Empreinte argon2id au format PHC, avec ses paramètres et son sel. Vide : l’agent doit en choisir un, par invitation.';
comment on column utilisateurs.mot_de_passe_le is 'Dernier choix d’un mot de passe. Vide : invité, jamais venu.';
comment on column utilisateurs.version is 'Augmente à chaque changement de la fiche ou d’une affectation : deux administrateurs ne s’écrasent pas.';
comment on column utilisateurs.second_facteur is 'Secret TOTP chiffré (AES-256-GCM). Vide : pas de second facteur.';
comment on column utilisateurs.second_facteur_pas is 'Dernier pas de 30 secondes dont le code a servi : un code ne sert qu’une fois.';

alter table affectations
    add column delegues text[] not null default '{}' check (delegues <@ array['CONSULTATION', 'SAISIE', 'INSTRUCTION',
                    'COMMISSION', 'OFFRE', 'RESERVATAIRE', 'STATISTIQUES', 'STATISTIQUES_AGREGEES', 'ADMIN_ORGANISME',
                    'ADMIN_ATLAS', 'AUDITEUR']),
    add column suspendue_le    timestamptz,
    add column suspendue_motif text not null default '' check (suspendue_motif in ('', 'decision', 'certification')),
    add column cree_le         timestamptz not null default now(),
    add column certifiee_le    timestamptz,
    add column certifiee_par   bigint references utilisateurs on delete set null,
    add constraint affectations_suspension check ((suspendue_le is null) = (suspendue_motif = ''));
comment on column affectations.delegues is 'Rôles qu’un administrateur de l’organisme peut donner sans les tenir.';
comment on column affectations.suspendue_motif is 'decision : d’un administrateur ; certification : accès que personne n’a confirmé à temps.';
comment on column affectations.certifiee_le is 'Dernière confirmation de l’accès par un administrateur (re-certification trimestrielle).';
create index affectations_certifiee_par on affectations (certifiee_par) where certifiee_par is not null;

update affectations
set delegues = array['CONSULTATION', 'SAISIE', 'INSTRUCTION', 'COMMISSION', 'OFFRE', 'RESERVATAIRE', 'STATISTIQUES',
                     'STATISTIQUES_AGREGEES', 'ADMIN_ORGANISME']
where 'ADMIN_ORGANISME' = any(roles);

create table invitations (
    id          bigint generated always as identity primary key,
    utilisateur bigint not null references utilisateurs on delete cascade,
    sorte       text not null check (sorte in ('invitation', 'mot_de_passe')),
    moyen       text not null check (moyen in ('courriel', 'papier')),
    empreinte   text not null unique,
    cree_le     timestamptz not null default now(),
    cree_par    bigint references utilisateurs on delete set null,
    expire_le   timestamptz not null,
    utilisee_le timestamptz,
    annulee_le  timestamptz
);
create unique index invitations_vivante on invitations (utilisateur) where utilisee_le is null and annulee_le is null;
create index invitations_cree_par on invitations (cree_par) where cree_par is not null;
comment on table invitations is 'Liens et codes à usage unique par lesquels un agent choisit son mot de passe. Un nouveau annule le précédent.';
comment on column invitations.empreinte is 'SHA-256 du jeton : la lecture de la table n’ouvre aucun compte.';

create table codes_secours (
    utilisateur bigint not null references utilisateurs on delete cascade,
    empreinte   text not null,
    utilise_le  timestamptz,
    primary key (utilisateur, empreinte)
);
comment on table codes_secours is 'Codes de secours du second facteur, à usage unique. Empreintes HMAC-SHA256 sous la clé du site.';

create table rappels_certification (
    organisme text primary key references organismes,
    envoye_le timestamptz not null
);
comment on table rappels_certification is 'Dernier rappel envoyé aux administrateurs d’un organisme dont des accès restent à confirmer.';

create table courriels (
    id           bigint generated always as identity primary key,
    utilisateur  bigint references utilisateurs on delete set null,
    destinataire text not null check (destinataire like '_%@_%'),
    sujet        text not null check (sujet <> ''),
    corps        bytea,
    cree_le      timestamptz not null default now(),
    essais       integer not null default 0 check (essais >= 0),
    prochain_le  timestamptz not null default now(),
    envoye_le    timestamptz,
    abandonne_le timestamptz,
    erreur       text not null default ''
);
create index courriels_a_envoyer on courriels (prochain_le) where envoye_le is null and abandonne_le is null;
create index courriels_cree_le on courriels (cree_le);
create index courriels_utilisateur on courriels (utilisateur) where utilisateur is not null;
comment on table courriels is 'Courriels à envoyer et envoyés. Sans serveur d’envoi, ils restent ici, lisibles par l’administration ATLAS.';
comment on column courriels.corps is 'Texte chiffré (AES-256-GCM), effacé après l’envoi : il peut porter un lien à usage unique.';

alter table sessions add column navigateur text not null default '';
comment on column sessions.navigateur is 'Navigateur et système, pour que l’agent reconnaisse ses sessions.';

-- +goose Down

alter table sessions drop column navigateur;
drop table courriels, rappels_certification, codes_secours, invitations;
alter table affectations
    drop constraint affectations_suspension,
    drop column delegues, drop column suspendue_le, drop column suspendue_motif, drop column cree_le,
    drop column certifiee_le, drop column certifiee_par;
delete from utilisateurs where mot_de_passe is null or courriel is null;
alter table utilisateurs
    drop constraint utilisateurs_second_facteur, drop constraint utilisateurs_mot_de_passe_le,
    drop column version, drop column second_facteur, drop column second_facteur_le, drop column second_facteur_pas,
    alter column courriel set not null,
    alter column mot_de_passe set not null,
    alter column mot_de_passe_le set default now(),
    alter column mot_de_passe_le set not null;
