package tenue

import (
	"context"
	"fmt"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
	affichage "imhoweb/internal/platform/texte"
)

const fermerOrganismeSQL = `
update organismes
set actif = false, successeur = nullif(@successeur, ''), version = version + 1
where code = @code`

const fermerGuichetsSQL = `
update guichets
set actif = false, fin = least(coalesce(fin, 'infinity'), greatest(coalesce(debut, '-infinity'), current_date)), version = version + 1
where organisme = @code
  and actif`

const activesSQL = `
select count(*)
from demandes
where departement = @departement
  and statut = 'ACTIVE'
  and organisme = @code`

// FermerOrganisme closes a partner: its agents no longer enter, its guichets
// close, its demandes stay. successeur, which may be "", took it over.
func (t Tenue) FermerOrganisme(s habilitations.Session, code, successeur string, version int) Acte {
	return Acte{
		objet: "organisme", cle: code, organisme: code, acte: "fermer",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			o, err := t.organismeVerrouille(ctx, tx, s, habilitations.GererOrganismes, code)
			if err != nil {
				return Apercu{}, "", err
			}
			if err := t.verifierFermeture(s, o, successeur); err != nil {
				return Apercu{}, "", err
			}
			var actives int
			if err := tx.QueryRow(ctx, activesSQL, pg.Args{"departement": t.departement(), "code": code}).Scan(&actives); err != nil {
				return Apercu{}, "", err
			}
			a := Apercu{Version: o.Version, Conflit: version != o.Version, Differences: comparer(
				[]Fait{{"Organisme", etat(o.Actif)}, {"Successeur", t.nomOrganisme(o.Successeur)}},
				[]Fait{{"Organisme", etat(false)}, {"Successeur", t.nomOrganisme(successeur)}})}
			a.Consequences = []string{
				affichage.Pluriel(o.Agents, "agent ne pourra", "agents ne pourront") + " plus entrer pour cet organisme" + affichage.Fine + "; les sessions ouvertes se ferment.",
				affichage.Pluriel(o.Guichets, "guichet se ferme", "guichets se ferment") + " aujourd’hui.",
				affichage.Pluriel(actives, "demande active reste", "demandes actives restent") + " enregistrées au nom de l’organisme fermé.",
			}
			return a, o.Nom, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			if _, err := tx.Exec(ctx, fermerOrganismeSQL, pg.Args{"code": code, "successeur": successeur}); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, fermerGuichetsSQL, pg.Args{"code": code})
			return err
		},
	}
}

func (t Tenue) verifierFermeture(s habilitations.Session, o Organisme, successeur string) error {
	x, ok := t.Ref.Organisme(successeur)
	switch {
	case o.Code == s.Organisme || o.Type == string(habilitations.Gestionnaire):
		return fault.Refuser(fault.Conflict, "Le gestionnaire du fichier ne se ferme pas.")
	case successeur != "" && (!ok || !x.Actif || x.Departement != t.departement()):
		return fault.Fields{{Nom: "successeur", Message: "Choisissez un organisme ouvert, ou aucun."}}
	case successeur == o.Code:
		return fault.Fields{{Nom: "successeur", Message: "Un organisme ne se succède pas à lui-même."}}
	}
	return nil
}

func (t Tenue) nomOrganisme(code string) string {
	if o, ok := t.Ref.Organisme(code); ok {
		return o.Nom
	}
	return code
}

func etat(ouvert bool) string {
	if ouvert {
		return "ouvert"
	}
	return "fermé"
}

const rouvrirOrganismeSQL = `
update organismes
set actif = true, successeur = null, version = version + 1
where code = @code`

// RouvrirOrganisme opens again a partner closed by mistake; its guichets are
// opened again one by one.
func (t Tenue) RouvrirOrganisme(s habilitations.Session, code string, version int) Acte {
	return Acte{
		objet: "organisme", cle: code, organisme: code, acte: "rouvrir",
		preparer: func(ctx context.Context, tx pg.DB) (Apercu, string, error) {
			o, err := t.organismeVerrouille(ctx, tx, s, habilitations.GererOrganismes, code)
			if err != nil {
				return Apercu{}, "", err
			}
			return Apercu{Version: o.Version, Conflit: version != o.Version,
				Differences: comparer([]Fait{{"Organisme", etat(o.Actif)}, {"Successeur", t.nomOrganisme(o.Successeur)}},
					[]Fait{{"Organisme", etat(true)}, {"Successeur", ""}}),
				Consequences: []string{fmt.Sprintf("Ses agents pourront de nouveau entrer (%d). Ses guichets restent fermés%s: rouvrez-les un par un.", o.Agents, affichage.Insecable)},
			}, o.Nom, nil
		},
		ecrire: func(ctx context.Context, tx pg.DB) error {
			_, err := tx.Exec(ctx, rouvrirOrganismeSQL, pg.Args{"code": code})
			return err
		},
	}
}
