package anonymisation

import (
	"cmp"
	"context"
	crypto "crypto/rand"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/demandes"
	"imhoweb/internal/noms"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// lotCopie is how many demandes travel together.
const lotCopie = 4000

// rangFormation is where the ranks of numbers of a training base begin: no
// number of the real file is found there.
const rangFormation = 300_000

// hasard is seeded by the system: nobody can draw the same again.
func hasard() *rand.Rand {
	var graine [32]byte
	crypto.Read(graine[:]) // never fails
	return rand.New(rand.NewChaCha8(graine))
}

// fabrique makes persons.
type fabrique struct {
	*rand.Rand
	tirage *noms.Tirage
	graine maphash.Seed
	reels  map[uint64]struct{} // name and birth, first name and birth, of the source
	rangs  map[mois][]int      // ranks to give, in any order
}

type mois struct {
	departement string
	mois        int
}

const identitesReellesSQL = `
select nom, nom_naissance, prenom, naissance
from personnes
where naissance is not null`

const moisSQL = `
select departement, mois, count(*)
from demandes
where mois is not null
group by departement, mois
order by departement, mois`

// nouvelleFabrique reads who must not appear, and how many numbers to give.
func nouvelleFabrique(ctx context.Context, de pgx.Tx) (*fabrique, error) {
	tirage, err := noms.Lire()
	if err != nil {
		return nil, err
	}
	f := &fabrique{Rand: hasard(), tirage: tirage, graine: maphash.MakeSeed(), reels: map[uint64]struct{}{}, rangs: map[mois][]int{}}
	rows, err := de.Query(ctx, identitesReellesSQL)
	if err != nil {
		return nil, err
	}
	var nom, naissance, prenom string
	var le jour.Date
	_, err = pgx.ForEachRow(rows, []any{&nom, &naissance, &prenom, &le}, func() error {
		for _, x := range []string{nom, naissance, prenom} {
			f.reels[f.cle(x, le)] = struct{}{}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if rows, err = de.Query(ctx, moisSQL); err != nil {
		return nil, err
	}
	var m mois
	var n int
	_, err = pgx.ForEachRow(rows, []any{&m.departement, &m.mois, &n}, func() error {
		rangs := f.Perm(n)
		for i := range rangs {
			rangs[i] += rangFormation + 1
		}
		f.rangs[m] = rangs
		return nil
	})
	return f, err
}

func (f *fabrique) cle(nom string, le jour.Date) uint64 {
	return maphash.String(f.graine, texte.Normaliser(nom)+"|"+le.ISO())
}

// rang gives one of the numbers of a month.
func (f *fabrique) rang(m mois) int {
	l := f.rangs[m]
	r := l[len(l)-1]
	f.rangs[m] = l[:len(l)-1]
	return r
}

// identite draws a first name and a birth some months away, so that neither
// goes with that of anybody real. The name, that of the household, is given.
func (f *fabrique) identite(sexe string, le jour.Date, familles ...string) (prenom string, naissance jour.Date) {
	annee := 1980
	if !le.IsZero() {
		annee = le.Annee()
	}
	for range 200 {
		prenom = f.tirage.Prenom(f.Rand, sexe, annee)
		if le.IsZero() {
			return prenom, le
		}
		jours := 20 + f.IntN(150)
		if f.IntN(2) == 0 || le.Jours(jours).Apres(jour.Aujourdhui()) || presqueMajeur(le) {
			jours = -jours
		}
		naissance = le.Jours(jours)
		if !slices.ContainsFunc(append(familles, prenom), func(x string) bool { _, reel := f.reels[f.cle(x, naissance)]; return x != "" && reel }) {
			return prenom, naissance
		}
	}
	return prenom, naissance
}

// presqueMajeur keeps a young adult from becoming a minor.
func presqueMajeur(le jour.Date) bool {
	a := jour.Aujourdhui()
	return !le.Apres(a.Mois(-18*12)) && le.Apres(a.Mois(-19*12))
}

// telephone never rings (Arcep, décision 2018-0881).
func (f *fabrique) telephone(reel string) string {
	if reel == "" {
		return ""
	}
	debut := []string{"01 99 00", "02 61 91", "03 53 01", "04 65 71"}[f.IntN(4)]
	return fmt.Sprintf("%s %02d %02d", debut, f.IntN(100), f.IntN(100))
}

// nir is one that the register can't give: born in a country that isn't.
func (f *fabrique) nir(sexe string, le jour.Date) string {
	s, a, m := 1, 80, 1
	if sexe == "F" {
		s = 2
	}
	if !le.IsZero() {
		an, mo, _ := le.Date()
		a, m = an%100, int(mo)
	}
	n := int64(s)*1e12 + int64(a)*1e10 + int64(m)*1e8 + 99_999_000 + int64(f.IntN(999)+1)
	return fmt.Sprintf("%013d%02d", n, 97-n%97)
}

// demandes copies demandes and persons, lot by lot.
func (c *copie) demandes(ctx context.Context) (nbDemandes, nbPersonnes int, err error) {
	f, err := nouvelleFabrique(ctx, c.de)
	if err != nil {
		return 0, 0, err
	}
	l := lots{copie: c, fabrique: f}
	if l.colDemandes, l.sqlDemandes, err = c.selection(ctx, tableDemandes); err != nil {
		return 0, 0, err
	}
	if l.colPersonnes, l.sqlPersonnes, err = c.selection(ctx, tablePersonnes); err != nil {
		return 0, 0, err
	}
	apres := int64(0)
	for {
		d, p, dernier, err := l.copier(ctx, apres)
		if err != nil || d == 0 {
			if err == nil {
				err = l.compteurs(ctx)
			}
			return nbDemandes, nbPersonnes, err
		}
		nbDemandes, nbPersonnes, apres = nbDemandes+d, nbPersonnes+p, dernier
		c.o.Dire(texte.Pluriel(nbDemandes, "demande copiée", "demandes copiées"))
	}
}

// lots holds what each lot needs.
type lots struct {
	*copie
	*fabrique
	colDemandes, colPersonnes []string
	sqlDemandes, sqlPersonnes string
}

// ligne gives the values of a row by the names of its columns.
type ligne struct {
	colonnes []string
	valeurs  []any
}

func (l ligne) i(nom string) int { return slices.Index(l.colonnes, nom) }

func (l ligne) texte(nom string) string {
	s, _ := l.valeurs[l.i(nom)].(string)
	return s
}

func (l ligne) date(nom string) jour.Date {
	t, ok := l.valeurs[l.i(nom)].(time.Time)
	if !ok {
		return jour.Date{}
	}
	a, m, j := t.Date()
	return jour.De(a, m, j)
}

func (l ligne) entier(nom string) int64 {
	switch n := l.valeurs[l.i(nom)].(type) {
	case int16:
		return int64(n)
	case int32:
		return int64(n)
	case int64:
		return n
	}
	return 0
}

func (l ligne) oui(nom string) bool {
	b, _ := l.valeurs[l.i(nom)].(bool)
	return b
}

func (l ligne) poser(nom string, v any) { l.valeurs[l.i(nom)] = v }

func (l *lots) lire(ctx context.Context, colonnes []string, sql string, args ...any) ([]ligne, error) {
	rows, err := l.de.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (ligne, error) {
		v, err := row.Values()
		return ligne{colonnes, v}, err
	})
}

// copier copies the demandes that follow an identifier.
func (l *lots) copier(ctx context.Context, apres int64) (nbDemandes, nbPersonnes int, dernier int64, err error) {
	lot, err := l.lire(ctx, l.colDemandes, l.sqlDemandes+" and t.id > $1 order by t.id limit $2", apres, lotCopie)
	if err != nil || len(lot) == 0 {
		return 0, 0, 0, err
	}
	dernier = lot[len(lot)-1].entier("id")
	personnes, err := l.lire(ctx, l.colPersonnes, l.sqlPersonnes+" and t.demande_id > $1 and t.demande_id <= $2 order by t.demande_id, t.id", apres, dernier)
	if err != nil {
		return 0, 0, 0, err
	}
	menages := map[int64][]ligne{}
	for _, p := range personnes {
		menages[p.entier("demande_id")] = append(menages[p.entier("demande_id")], p)
	}
	var recherche [][]any
	for _, d := range lot {
		noms, err := l.refaire(d, menages[d.entier("id")])
		if err != nil {
			return 0, 0, 0, err
		}
		recherche = append(recherche, noms...)
	}
	if err := l.ecrire(ctx, "demandes", l.colDemandes, lot); err != nil {
		return 0, 0, 0, err
	}
	if err := l.ecrire(ctx, "personnes", l.colPersonnes, personnes); err != nil {
		return 0, 0, 0, err
	}
	_, err = l.vers.CopyFrom(ctx, pgx.Identifier{"recherche_noms"}, colonnesNoms, pgx.CopyFromRows(recherche))
	return len(lot), len(personnes), dernier, err
}

func (l *lots) ecrire(ctx context.Context, table string, colonnes []string, lignes []ligne) error {
	_, err := l.vers.CopyFrom(ctx, pgx.Identifier{table}, colonnes, pgx.CopyFromSlice(len(lignes), func(i int) ([]any, error) { return lignes[i].valeurs, nil }))
	return err
}

var colonnesNoms = strings.Fields("departement demande_id personne_id role titre nom nom_naissance prenom naissance phon_nom phon_naissance phon_prenom statut organisme date_depot")

// refaire gives a demande its number and its household new persons, and the
// rows by which they are found. An erased demande is anonymous already.
func (l *lots) refaire(d ligne, menage []ligne) ([][]any, error) {
	if d.texte("statut") == string(demandes.Effacee) {
		return nil, nil
	}
	m := mois{d.texte("departement"), int(d.entier("mois"))}
	rang := l.rang(m)
	numero, iw := demandes.Numeros(m.departement, jour.De(m.mois/100, time.Month(m.mois%100), 1), rang, d.texte("guichet"))
	d.poser("rang", rang)
	d.poser("numero_unique", numero)
	d.poser("numero_iw", iw)

	x := demandes.Demande{Entete: demandes.Entete{ID: d.entier("id"), Departement: m.departement, PersonneMorale: d.oui("personne_morale")}}
	if x.PersonneMorale {
		x.Morale.RaisonSociale = fmt.Sprintf("Association %d", x.ID)
	}
	familles := map[string]string{"": ""}
	famille := func(reel string) string {
		if _, ok := familles[reel]; !ok {
			familles[reel] = l.tirage.Nom(l.Rand).Capitales
		}
		return familles[reel]
	}
	for _, p := range menage {
		t, err := l.personne(x, p, famille)
		if err != nil {
			return nil, err
		}
		switch demandes.Role(p.texte("role")) {
		case demandes.RoleDemandeur:
			x.Demandeur = t
			d.poser("tri_nom", strings.TrimSpace(texte.Normaliser(t.Nom)+" "+texte.Normaliser(t.Prenom)))
			if x.PersonneMorale {
				p.poser("nom", x.Morale.RaisonSociale)
				d.poser("tri_nom", texte.Normaliser(x.Morale.RaisonSociale))
			}
		case demandes.RoleCotitulaire:
			x.Cotitulaires = append(x.Cotitulaires, t)
		}
	}
	if len(menage) == 0 {
		return nil, nil
	}
	var lignes [][]any
	for _, n := range demandes.LignesNoms(&x) {
		lignes = append(lignes, []any{n.Departement, n.DemandeID, n.PersonneID, n.Role, n.Titre, n.Nom, n.NomNaissance, n.Prenom, n.Naissance,
			n.PhonNom, n.PhonNaissance, n.PhonPrenom, d.texte("statut"), d.texte("organisme"), d.date("date_depot")})
	}
	return lignes, nil
}

// personne replaces who a person is; what it is stays.
func (l *lots) personne(d demandes.Demande, p ligne, famille func(string) string) (demandes.Titulaire, error) {
	s := cmp.Or(p.texte("sexe"), map[string]string{"1": "M", "2": "F", "3": "F"}[p.texte("civilite")], sexe(l.Rand))
	nom, naissance := famille(p.texte("nom")), famille(p.texte("nom_naissance"))
	prenom, le := l.identite(s, p.date("naissance"), nom, naissance)
	if p.texte("prenom") == "" {
		prenom = ""
	}
	p.poser("nom", nom)
	p.poser("nom_naissance", naissance)
	p.poser("prenom", prenom)
	if !le.IsZero() {
		p.poser("naissance", le.Time())
	}
	for _, c := range []string{"tel_domicile", "tel_portable", "tel_travail"} {
		p.poser(c, l.telephone(p.texte(c)))
	}
	if p.texte("courriel") != "" {
		p.poser("courriel", courriel(prenom, nom, p.entier("id")))
	}
	role, cle := demandes.Role(p.texte("role")), int(p.entier("cle"))
	if reel, _ := p.valeurs[p.i("nir")].([]byte); len(reel) > 0 {
		p.poser("nir", nil)
		if l.o.AvecNir {
			nir, err := l.o.Cle.ChiffrerNir(l.nir(s, le), d.ID, role, cle)
			if err != nil {
				return demandes.Titulaire{}, err
			}
			p.poser("nir", nir)
		}
	}
	return demandes.Titulaire{
		ID: p.entier("id"), Cle: cle,
		Identite: demandes.Identite{Civilite: p.texte("civilite"), Nom: nom, NomNaissance: naissance, Prenom: prenom, Naissance: le},
	}, nil
}

// compteurs lets new demandes follow the numbers given.
func (l *lots) compteurs(ctx context.Context) error {
	_, err := l.vers.Exec(ctx, `
insert into compteurs_numeros (departement, mois, dernier)
select departement, mois, max(rang) from demandes where mois is not null group by departement, mois`)
	return err
}
