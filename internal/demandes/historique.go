package demandes

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/champs"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/platform/texte"
)

// FiltreHistorique chooses the événements shown. The zero value is the first
// page of all of them.
type FiltreHistorique struct {
	Type   TypeEvenement
	Champ  string // code of the catalogue
	Suite  string // what the page before returned
	Limite int    // événements on a page; 50 when 0
}

// EvenementLu is an événement ready to be shown.
type EvenementLu struct {
	ID          int64
	Quand       time.Time
	Type        TypeEvenement
	Auteur      string // "Maëlle BARTHÈS"; "" for the system
	Organisme   string // name
	Guichet     string // code
	Motif       string // label of the motive of a radiation
	DateEffet   jour.Date
	Version     int // of the demande, after
	Changements []Changement
}

// Changement is the change of one field, in French.
type Changement struct {
	Nom          string // of the form field
	Sujet        string // "Co-demandeur 2", or ""
	Libelle      string // "Nom de naissance"
	Avant, Apres string // "" when not given
}

// The partitions of the months to come are known to be empty, and aren't opened.
const historiqueSQL = `
select e.id, e.quand, e.type, coalesce(u.prenom || ' ' || upper(u.nom), '') as auteur, o.nom as organisme, e.guichet, e.motif,
    e.date_effet, e.version,
    exists (select from motifs m where m.demande_id = d.id and m.motif = @violences) as confidentielle,
    (select json_agg(json_build_object('Nom', v.champ, 'Avant', v.avant, 'Apres', v.apres))
     from evenements_valeurs v where v.evenement_id = e.id and v.demande_id = d.id) as valeurs
from demandes d
join evenements e on e.demande_id = d.id and e.quand < now() + interval '1 day'
join organismes o on o.code = e.organisme
left join utilisateurs u on u.id = e.utilisateur
where %s
order by e.quand desc, e.id desc
limit @limite`

// Historique lists what happened to a demande, the latest first, with the
// values before and after. Fields whose droit the session lacks, and the
// address of a household in danger, are left out. suite asks for the next page,
// "" on the last. A demande out of sight has no history.
func (f Fichier) Historique(ctx context.Context, db pg.DB, s habilitations.Session, demande int64, filtre FiltreHistorique) (l []EvenementLu, suite string, err error) {
	b := &pgx.Batch{}
	if err := f.queueHistorique(b, s, demande, filtre, &l, &suite); err != nil || b.Len() == 0 {
		return nil, "", err
	}
	if err := db.SendBatch(ctx, b).Close(); err != nil {
		return nil, "", fmt.Errorf("demandes: history of %d: %w", demande, err)
	}
	return l, suite, nil
}

// queueHistorique is Historique among other statements.
func (f Fichier) queueHistorique(b *pgx.Batch, s habilitations.Session, demande int64, filtre FiltreHistorique, l *[]EvenementLu, suite *string) error {
	if filtre.Limite <= 0 {
		filtre.Limite = 50
	}
	if c, ok := champs.Nom(filtre.Champ); ok && c.Droit != "" && !s.Peut(c.Droit) {
		return nil // that it changed is already too much
	}
	var w pg.Where
	w.And("d.id = @demande", pg.Args{"demande": demande})
	w.AndCondition(s.Portee(habilitations.ConsulterDemande))
	if filtre.Type != "" {
		w.And("e.type = @type", pg.Args{"type": filtre.Type})
	}
	if filtre.Champ != "" {
		w.And("@champ = any(e.champs)", pg.Args{"champ": filtre.Champ})
	}
	if filtre.Suite != "" {
		quand, id, err := lireSuite(filtre.Suite)
		if err != nil {
			return err
		}
		w.And("(e.quand, e.id) < (@quand, @apres)", pg.Args{"quand": quand, "apres": id})
	}
	args := w.Args(pg.Args{"violences": MotifViolences, "limite": filtre.Limite + 1})
	b.Queue(fmt.Sprintf(historiqueSQL, w.SQL()), args).Query(func(rows pgx.Rows) error {
		lus, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (EvenementLu, error) { return f.evenementLu(row, s, filtre.Champ) })
		if err != nil {
			return err
		}
		if len(lus) > filtre.Limite {
			lus = lus[:filtre.Limite]
			d := lus[len(lus)-1]
			*suite = fmt.Sprintf("%d-%d", d.Quand.UnixMicro(), d.ID)
		}
		*l = lus
		return nil
	})
	return nil
}

func lireSuite(suite string) (time.Time, int64, error) {
	a, b, _ := strings.Cut(suite, "-")
	micro, err1 := strconv.ParseInt(a, 10, 64)
	id, err2 := strconv.ParseInt(b, 10, 64)
	if err1 != nil || err2 != nil {
		return time.Time{}, 0, fault.NotFound
	}
	return time.UnixMicro(micro), id, nil
}

func (f Fichier) evenementLu(row pgx.CollectableRow, s habilitations.Session, champ string) (EvenementLu, error) {
	var e EvenementLu
	var confidentielle bool
	var valeurs []Difference
	err := row.Scan(&e.ID, &e.Quand, &e.Type, &e.Auteur, &e.Organisme, &e.Guichet, &e.Motif, &e.DateEffet, &e.Version, &confidentielle, &valeurs)
	if err != nil {
		return e, err
	}
	e.Motif = f.Ref.Libelle("motif_radiation", e.Motif)
	slices.SortFunc(valeurs, comparerDifferences)
	for _, v := range valeurs {
		c, connu := champs.Nom(v.Nom)
		if champ != "" && c.Code != champ || !visible(s, c, confidentielle) {
			continue
		}
		if connu && c.Type == champs.Nir {
			if v, err = f.dechiffrerDifference(v); err != nil {
				return e, err
			}
		}
		e.Changements = append(e.Changements, f.changement(c, v))
	}
	return e, nil
}

// visible applies to a field of the history the rules of Vue.
func visible(s habilitations.Session, c champs.Champ, confidentielle bool) bool {
	if c.Droit != "" && !s.Peut(c.Droit) {
		return false
	}
	return !confidentielle || s.Peut(habilitations.VoirAdresseConfidentielle) || !slices.Contains(champsAdresse, c.Code)
}

func (f Fichier) dechiffrerDifference(d Difference) (Difference, error) {
	var err error
	if d.Avant, err = f.Cle.DechiffrerTexte(d.Avant); err == nil {
		d.Apres, err = f.Cle.DechiffrerTexte(d.Apres)
	}
	return d, err
}

func (f Fichier) changement(c champs.Champ, d Difference) Changement {
	sujet, libelle := f.nommer(c, d.Nom)
	return Changement{Nom: d.Nom, Sujet: sujet, Libelle: libelle, Avant: f.enFrancais(c, d.Avant), Apres: f.enFrancais(c, d.Apres)}
}

// nommer says in French which field of whom a name is.
func (f Fichier) nommer(c champs.Champ, nom string) (sujet, libelle string) {
	libelle = c.Libelle
	if libelle == "" {
		libelle = nom
	}
	dernier := nom[strings.LastIndex(nom, ".")+1:]
	groupe, reste, _ := strings.Cut(nom, ".")
	switch {
	case groupe == "rfr": // rfr.cotitulaire.1.2024
		return champs.SujetLibelle(reste), libelle + " " + dernier
	case c.Code == "choix":
		return "", libelle + " " + dernier
	case c.Type == champs.Case && c.Nomenclature != "": // type.T2: one box of several
		libelle += texte.Insecable + ": " + f.Ref.Libelle(c.Nomenclature, dernier)
	case c.Code == "titulaire.dossier":
		libelle += texte.Insecable + ": " + f.Ref.Libelle("collecteur_1pc", dernier)
	}
	return champs.SujetLibelle(nom), libelle
}

// enFrancais shows a raw value as the form does.
func (f Fichier) enFrancais(c champs.Champ, v string) string {
	switch c.Type {
	case champs.Case:
		return map[bool]string{true: "Oui", false: "Non"}[v != ""]
	case champs.OuiNon:
		return map[string]string{"O": "Oui", "N": "Non"}[v]
	case champs.Code:
		return f.Ref.Libelle(c.Nomenclature, v)
	case champs.NomPropre:
		return texte.Capitales(v)
	case champs.Montant:
		if n, err := strconv.Atoi(v); err == nil {
			return texte.Euros(n)
		}
	case champs.Numero:
		if strings.HasSuffix(c.Code, ".personne") && v != "" {
			return champs.SujetLibelle(v + ".nom")
		}
	}
	return v
}
