-- Who read, searched, exported, entered, was refused (journal_acces), what administration changed (changements), and what
-- deserves a look (alertes_journal). Written by internal/journal only. Both journals are chains: each row holds the
-- digest of the one before and of itself. No foreign key: the journal outlives accounts and demandes.

-- +goose Up

create table journal_acces (
    rang        bigint      not null,
    ecrit_le    timestamptz not null,
    fait_le     timestamptz not null,
    utilisateur bigint,
    organisme   text        not null default '',
    sorte       text        not null check (sorte <> ''),
    demande     bigint,
    ecran       text        not null default '',
    criteres    text        not null default '',
    recherche   uuid,
    lignes      integer,
    reference   text        not null default '',
    empreinte   bytea       not null check (octet_length(empreinte) = 32),
    primary key (rang, ecrit_le)
) partition by range (ecrit_le);
create table journal_acces_defaut partition of journal_acces default;
create index journal_acces_demande on journal_acces (demande, rang) where demande is not null;
create index journal_acces_utilisateur on journal_acces (utilisateur, rang);
create index journal_acces_organisme on journal_acces (organisme, rang);
create index journal_acces_fait_le on journal_acces (fait_le);
comment on table journal_acces is 'Journal des accès, en ajout seul et chaîné : lectures, recherches, exports, éditions, connexions, refus. Aucun nom de demandeur.';
comment on column journal_acces.rang is 'Rang dans la chaîne, sans trou.';
comment on column journal_acces.ecrit_le is 'Heure d’écriture du lot, croissante avec le rang : les mois se détachent par le début de la chaîne.';
comment on column journal_acces.utilisateur is 'Vide : personne n’était connecté (connexion refusée).';
comment on column journal_acces.ecran is 'Écran ou adresse type, sans valeur.';
comment on column journal_acces.criteres is 'Phrase de la recherche, sans aucun texte cherché.';
comment on column journal_acces.recherche is 'Recherche par nom : identifiant dans recherches_nominatives, que l’effacement vide.';
comment on column journal_acces.lignes is 'Nombre de résultats, de lignes exportées ou de documents édités.';
comment on column journal_acces.reference is 'Référence de la requête, comme dans le journal technique.';
comment on column journal_acces.empreinte is 'SHA-256 de l’empreinte précédente suivie de la forme canonique de la ligne.';

create table changements (
    id              bigint generated always as identity primary key,
    fait_le         timestamptz not null default now(),
    utilisateur     bigint,
    organisme       text   not null default '',
    objet           text   not null check (objet <> ''),
    cle             text   not null default '',
    libelle         text   not null default '',
    organisme_vise  text   not null default '',
    acte            text   not null check (acte <> ''),
    avant           jsonb  not null default '{}',
    apres           jsonb  not null default '{}',
    rang            bigint,
    empreinte       bytea
);
create unique index changements_rang on changements (rang);
create index changements_objet on changements (objet, cle, id);
create index changements_utilisateur on changements (utilisateur, id);
create index changements_organisme on changements (organisme_vise, id);
comment on table changements is 'Changements d’administration, en ajout seul et chaînés : qui, quoi, valeurs avant et après.';
comment on column changements.utilisateur is 'Vide : le serveur lui-même (travail de la nuit, commande).';
comment on column changements.objet is 'Ce qui change : utilisateur, organisme, parametre…';
comment on column changements.organisme_vise is 'Organisme que le changement concerne ; vide pour ce qui est à tous.';
comment on column changements.rang is 'Rang dans la chaîne, sans trou, donné à la validation de la transaction.';
comment on column changements.empreinte is 'SHA-256 de l’empreinte précédente suivie de la forme canonique de la ligne.';

create table journal_tetes (
    chaine    text primary key check (chaine in ('acces', 'changements')),
    rang      bigint not null,
    empreinte bytea not null,
    ecrit_le  timestamptz not null default '-infinity'
);
insert into journal_tetes (chaine, rang, empreinte)
values ('acces', 0, decode(repeat('00', 32), 'hex')), ('changements', 0, decode(repeat('00', 32), 'hex'));
comment on table journal_tetes is 'Dernier maillon de chaque chaîne : une fin coupée se voit.';

create table journal_ancres (
    id        bigint generated always as identity primary key,
    chaine    text not null check (chaine in ('acces', 'changements')),
    rang      bigint not null,
    empreinte bytea not null,
    lignes    bigint not null,
    debut     timestamptz not null,
    fin       timestamptz not null,
    retire_le timestamptz not null default now()
);
comment on table journal_ancres is 'Dernier maillon de ce que la conservation a retiré : la vérification reprend de là.';

-- The link is made when the transaction ends, so that the chain is held for an instant whatever the transaction did
-- before. The application may not write rang nor empreinte: what it gives is overwritten.
-- +goose StatementBegin
create function changements_forme(c changements, rang bigint) returns text language sql stable as $$
    select string_agg(octet_length(f) || ':' || f, ',' order by n)
    from unnest(array[rang::text, (extract(epoch from c.fait_le) * 1000000)::bigint::text, coalesce(c.utilisateur::text, ''),
        c.organisme, c.objet, c.cle, c.libelle, c.organisme_vise, c.acte, c.avant::text, c.apres::text]) with ordinality as t (f, n)
$$;
-- +goose StatementEnd
comment on function changements_forme is 'Forme canonique d’un changement : chaque valeur précédée de sa longueur en octets.';

-- +goose StatementBegin
create function changements_enchainer() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    tete journal_tetes;
begin
    perform pg_advisory_xact_lock(hashtext('imhoweb journal changements'));
    select * into strict tete from journal_tetes where chaine = 'changements' for update;
    tete.rang := tete.rang + 1;
    tete.empreinte := sha256(tete.empreinte || convert_to(changements_forme(new, tete.rang), 'UTF8'));
    update changements set rang = tete.rang, empreinte = tete.empreinte where id = new.id;
    update journal_tetes set rang = tete.rang, empreinte = tete.empreinte, ecrit_le = clock_timestamp() where chaine = 'changements';
    return null;
end
$$;
-- +goose StatementEnd
create constraint trigger changements_enchainer after insert on changements
    deferrable initially deferred for each row execute function changements_enchainer();

create table alertes_journal (
    id          bigint generated always as identity primary key,
    regle       text not null check (regle <> ''),
    cle         text not null,
    utilisateur bigint not null,
    organisme   text not null default '',
    demande     bigint,
    debut       timestamptz not null,
    fin         timestamptz not null,
    faits       integer not null check (faits > 0),
    trouvee_le  timestamptz not null default now(),
    traitee_le  timestamptz,
    traitee_par bigint,
    commentaire text not null default '',
    version     integer not null default 1,
    unique (regle, cle)
);
create index alertes_journal_a_traiter on alertes_journal (id) where traitee_le is null;
create index alertes_journal_utilisateur on alertes_journal (utilisateur, id);
comment on table alertes_journal is 'Faits du journal des accès qui méritent un regard : un par règle et par clé, traités par l’auditeur.';
comment on column alertes_journal.cle is 'Ce qui fait l’unicité d’un fait, par exemple agent et jour.';
comment on column alertes_journal.faits is 'Nombre de lectures, de refus… selon la règle.';

create table alertes_passages (
    seule    boolean primary key default true check (seule),
    jusqu_au timestamptz not null
);
comment on table alertes_passages is 'Une seule ligne : jusqu’où le journal des accès a été examiné.';

-- +goose Down

drop table alertes_passages, alertes_journal;
drop table changements cascade;
drop function changements_enchainer;
drop table journal_ancres, journal_tetes, journal_acces;
