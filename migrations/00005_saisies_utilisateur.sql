-- The home page of an agent lists the working copies not confirmed.

-- +goose Up

create index saisies_utilisateur on saisies (utilisateur, modifie_le);

-- +goose Down

drop index saisies_utilisateur;
