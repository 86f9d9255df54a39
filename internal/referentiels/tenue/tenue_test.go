package tenue_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demandes/demandestest"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg/pgtest"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/referentiels/tenue"
)

// banc is a base of its own with what writes it.
type banc struct {
	*testing.T
	db    *pgxpool.Pool
	tenue tenue.Tenue
	atlas habilitations.Session
}

func nouveau(t *testing.T) banc {
	t.Helper()
	db := pgtest.DB(t)
	ref, err := referentiels.Ouvrir(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return banc{t, db, tenue.Tenue{DB: db, Ref: ref}, habilitations.Session{Nom: "Fauré", Prenom: "Inès", Organisme: "ATLAS",
		TypeOrganisme: habilitations.Gestionnaire, Departement: "31", Roles: []habilitations.Role{habilitations.AdminAtlas}}}
}

// admin is the administrator of an organisme.
func admin(organisme string) habilitations.Session {
	s := demandestest.Session(habilitations.AdminOrganisme)
	s.Utilisateur, s.Organisme = 0, organisme
	return s
}

func (b banc) faire(a tenue.Acte) tenue.Apercu {
	b.Helper()
	p, err := b.tenue.Faire(b.Context(), b.atlas, a)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// refus tries an act and gives what refused it; nothing may have changed.
func (b banc) refus(a tenue.Acte) error {
	b.Helper()
	_, err := b.tenue.Faire(b.Context(), b.atlas, a)
	if err == nil {
		b.Error("accepted")
	}
	return err
}

// fautes are the fields that a refusal names.
func fautes(err error) string {
	var f fault.Fields
	if !errors.As(err, &f) {
		return err.Error()
	}
	var l []string
	for _, c := range f {
		l = append(l, c.Nom)
	}
	return strings.Join(l, " ")
}

func valeur[T any](b banc, sql string, args ...any) T {
	b.Helper()
	rows, err := b.db.Query(b.Context(), sql, args...)
	if err != nil {
		b.Fatal(err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		b.Fatalf("%s: %v", sql, err)
	}
	return v
}

func (b banc) executer(sql string, args ...any) {
	b.Helper()
	if _, err := b.db.Exec(b.Context(), sql, args...); err != nil {
		b.Fatalf("%s: %v", sql, err)
	}
}

// traces lists what was traced: "acte objet cle".
func (b banc) traces() string {
	b.Helper()
	return valeur[string](b, "select coalesce(string_agg(acte || ' ' || objet || ' ' || cle, ', ' order by rang), '') from changements")
}

func libelles(l []tenue.Difference) string {
	var s []string
	for _, d := range l {
		s = append(s, d.Libelle+" "+d.Avant+">"+d.Apres)
	}
	return strings.Join(s, " | ")
}

// R-GOU-04
func TestOrganismeCreatedChangedClosedWithItsSuccessor(t *testing.T) {
	t.Parallel()
	b := nouveau(t)
	o := tenue.Organisme{Code: "GARONNE", Nom: "Garonne Habitat", Type: "BAILLEUR", Enregistreur: true, Adresse: "1 quai de Tounis", CodePostal: "31000", Ville: "Toulouse"}
	if a, err := b.tenue.Apercevoir(t.Context(), b.tenue.CreerOrganisme(b.atlas, o)); err != nil || a.Rien() || !strings.Contains(a.Consequences[0], "Saisie") {
		t.Errorf("preview: %+v, %v", a, err)
	}
	if n := valeur[int](b, "select count(*) from organismes where code = 'GARONNE'"); n != 0 || b.traces() != "" {
		t.Fatal("the preview wrote")
	}
	b.faire(b.tenue.CreerOrganisme(b.atlas, o))
	if x, ok := b.tenue.Ref.Organisme("GARONNE"); !ok || !x.Enregistreur || x.Departement != "31" {
		t.Errorf("in memory: %+v, %v", x, ok)
	}
	if p := b.faire(b.tenue.CreerOrganisme(b.atlas, o)); !p.Rien() {
		t.Error("a second click creates again")
	}
	o.Nom = "Autre nom"
	if got := fautes(b.refus(b.tenue.CreerOrganisme(b.atlas, o))); got != "code" {
		t.Errorf("a code already taken: %s", got)
	}

	b.executer("insert into utilisateurs (id, nom, prenom, nom_n, prenom_n) values (77, 'Barthès', 'Maëlle', 'BARTHES', 'MAELLE')")
	b.executer("insert into affectations (utilisateur, organisme, roles) values (77, 'GARONNE', '{SAISIE,STATISTIQUES}')")
	o.Enregistreur, o.Version = false, 1
	p, err := b.tenue.Apercevoir(t.Context(), b.tenue.ModifierOrganisme(b.atlas, o))
	if err != nil || libelles(p.Differences) != "Nom Garonne Habitat>Autre nom | Service enregistreur oui>non" {
		t.Errorf("%s, %v", libelles(p.Differences), err)
	}
	if len(p.Pertes) != 1 || p.Pertes[0] != (tenue.Perte{Agent: "BARTHÈS Maëlle", Roles: "Saisie"}) {
		t.Errorf("roles lost: %+v", p.Pertes)
	}
	b.faire(b.tenue.ModifierOrganisme(b.atlas, o))

	// Another administrator had it open before: both states, nothing written.
	o.Ville = "Blagnac"
	p, err = b.tenue.Faire(t.Context(), b.atlas, b.tenue.ModifierOrganisme(b.atlas, o))
	if !errors.Is(err, fault.Conflict) || !p.Conflit || libelles(p.Differences) != "Ville Toulouse>Blagnac" || p.Version != 2 {
		t.Errorf("%+v, %v", p, err)
	}

	b.executer("insert into guichets (code, organisme, nom) values ('GAR01', 'GARONNE', 'Siège')")
	b.faire(b.tenue.FermerOrganisme(b.atlas, "GARONNE", "TMH", 2))
	if got := valeur[string](b, "select o.actif || ' ' || o.successeur || ' ' || g.actif || ' ' || (g.fin = current_date) from organismes o join guichets g on g.organisme = o.code where o.code = 'GARONNE'"); got != "false TMH false true" {
		t.Errorf("closed: %s", got)
	}
	b.faire(b.tenue.RouvrirOrganisme(b.atlas, "GARONNE", 3))
	if got := b.traces(); got != "créer organisme GARONNE, modifier organisme GARONNE, fermer organisme GARONNE, rouvrir organisme GARONNE" {
		t.Errorf("traces: %s", got)
	}
	if got := valeur[string](b, "select (avant->>'Service enregistreur') || '>' || (apres->>'Service enregistreur') from (select avant::jsonb, apres::jsonb from changements where acte = 'modifier') x"); got != "oui>non" {
		t.Errorf("before and after: %s", got)
	}
}

func TestOrganismeRefused(t *testing.T) {
	t.Parallel()
	b := nouveau(t)
	bon := tenue.Organisme{Code: "X1", Nom: "X", Type: "BAILLEUR"}
	for _, c := range []struct {
		nom  string
		f    func(*tenue.Organisme)
		want string
	}{
		{"a code in small letters", func(o *tenue.Organisme) { o.Code = "x1" }, "code"},
		{"no name", func(o *tenue.Organisme) { o.Nom = "" }, "nom"},
		{"an unknown type", func(o *tenue.Organisme) { o.Type = "AMI" }, "type"},
		{"a fédération that registers", func(o *tenue.Organisme) { o.Type, o.Enregistreur = "FEDERATION", true }, "enregistreur"},
		{"a commune without territoire", func(o *tenue.Organisme) { o.Type = "COMMUNE" }, "territoire"},
		{"a commune on an EPCI", func(o *tenue.Organisme) { o.Type, o.Territoire = "COMMUNE", "TM" }, "territoire"},
		{"a bailleur with a territoire", func(o *tenue.Organisme) { o.Territoire = "TM" }, "territoire"},
		{"a postcode of four digits", func(o *tenue.Organisme) { o.CodePostal = "3100" }, "code_postal"},
	} {
		o := bon
		c.f(&o)
		if got := fautes(b.refus(b.tenue.CreerOrganisme(b.atlas, o))); got != c.want {
			t.Errorf("%s: %s", c.nom, got)
		}
	}
	for nom, a := range map[string]tenue.Acte{
		"the gestionnaire closes itself":                             b.tenue.FermerOrganisme(b.atlas, "ATLAS", "", 1),
		"an organisme succeeds itself":                               b.tenue.FermerOrganisme(b.atlas, "TMH", "TMH", 1),
		"an admin closes their organisme":                            b.tenue.FermerOrganisme(admin("TMH"), "TMH", "", 1),
		"an admin changes their own type":                            b.tenue.ModifierOrganisme(admin("TMH"), tenue.Organisme{Code: "TMH", Nom: "x", Type: "ETAT", Version: 1}),
		"an admin creates an organisme":                              b.tenue.CreerOrganisme(admin("TMH"), bon),
		"an admin adds a value":                                      b.tenue.AjouterValeur(admin("TMH"), tenue.Valeur{Domaine: "csp", Code: "99", Libelle: "x", Ordre: 1}),
		"an admin changes a setting":                                 b.tenue.ModifierParametre(admin("TMH"), "delai_anormalement_long", "30", "x", 1),
		"an admin publishes plafonds":                                b.tenue.EnregistrerPlafonds(admin("TMH"), tenue.Grille{Annee: 2027}),
		"an admin moves a commune":                                   b.tenue.DeplacerCommune(admin("TMH"), "31-395", "TM", 1),
		"an admin adds a guichet elsewhere":                          b.tenue.CreerGuichet(admin("TMH"), tenue.Guichet{Code: "ZZZ99", Organisme: "PROMO", Nom: "x"}),
		"an admin adds an agence elsewhere":                          b.tenue.CreerAgence(admin("TMH"), tenue.Agence{Organisme: "PROMO", Nom: "x"}),
		"an admin changes an agence of another under their own name": b.tenue.ModifierAgence(admin("TMH"), tenue.Agence{Organisme: "TMH", Code: "PROMO-01", Nom: "x", Version: 1}),
	} {
		if err := b.refus(a); err == nil {
			t.Error(nom)
		}
	}
	if got := b.traces(); got != "" {
		t.Errorf("refusals were traced: %s", got)
	}
}

func TestAgencesAndGuichetsOfOnesOwnOrganisme(t *testing.T) {
	t.Parallel()
	b := nouveau(t)
	b.atlas = admin("TMH")
	s := b.atlas
	b.faire(b.tenue.CreerAgence(s, tenue.Agence{Organisme: "TMH", Nom: "Agence Balma", CodePostal: "31130", Ville: "Balma"}))
	if got := valeur[string](b, "select code from agences where organisme = 'TMH' and nom = 'Agence Balma'"); got != "TMH-04" {
		t.Errorf("code %s", got)
	}
	if got := fautes(b.refus(b.tenue.CreerAgence(s, tenue.Agence{Organisme: "TMH", Nom: "Agence Balma"}))); got != "nom" {
		t.Errorf("the same agence twice: %s", got)
	}
	debut := jour.De(2027, 1, 4)
	g := tenue.Guichet{Code: "G2701", Organisme: "TMH", Agence: "TMH-04", Nom: "Balma", Debut: debut}
	b.faire(b.tenue.CreerGuichet(s, g))
	if p := b.faire(b.tenue.CreerGuichet(s, g)); !p.Rien() {
		t.Error("a second click creates again")
	}
	if x, ok := b.tenue.Ref.Guichet("G2701"); !ok || x.Ouvert(debut.Jours(-1)) || !x.Ouvert(debut) {
		t.Errorf("in memory: %+v", x)
	}
	for _, code := range []string{"11084", "11054", "g2702", "1234", "123456"} { // 11084 is of Promologis
		if got := fautes(b.refus(b.tenue.CreerGuichet(s, tenue.Guichet{Code: code, Organisme: "TMH", Nom: "x"}))); got != "code" {
			t.Errorf("%s: %s", code, got)
		}
	}
	if got := fautes(b.refus(b.tenue.CreerGuichet(s, tenue.Guichet{Code: "G2702", Organisme: "TMH", Nom: "x", Agence: "PROMO-01"}))); got != "agence" {
		t.Errorf("an agence of another organisme: %s", got)
	}
	hier := jour.Aujourdhui().Jours(-1)
	fermer := tenue.Guichet{Code: "11054", Organisme: "TMH", Agence: "TMH-01", Nom: "Agence Toulouse", Debut: jour.De(2011, 4, 4), Fin: hier, Version: 1}
	p := b.faire(b.tenue.ModifierGuichet(s, fermer))
	if !strings.Contains(libelles(p.Differences), "Fermé après le >"+hier.String()) || len(p.Consequences) == 0 {
		t.Errorf("%+v", p)
	}
	if x, _ := b.tenue.Ref.Guichet("11054"); x.Ouvert(jour.Aujourdhui()) {
		t.Error("still open")
	}
	fermer.Fin, fermer.Version = jour.Date{}, 2
	b.faire(b.tenue.ModifierGuichet(s, fermer))
	if x, _ := b.tenue.Ref.Guichet("11054"); !x.Ouvert(jour.Aujourdhui()) {
		t.Error("not open again")
	}
	// What an administrator wrote stays after the next load of the files.
	if err := referentiels.Charger(t.Context(), pgtest.Admin(t)); err != nil {
		t.Fatal(err)
	}
	if got := valeur[string](b, "select version || nom from guichets where code = '11054'"); got != "3Agence Toulouse" {
		t.Errorf("after a load: %s", got)
	}
}
