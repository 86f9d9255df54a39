package textes

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// Texte is one of the texts of the site. Its code ends its public address.
type Texte struct{ Code, Titre string }

// Charte is the text that agents accept.
const Charte = "charte"

// Tous lists the texts in the order of screens.
var Tous = []Texte{
	{Charte, "Charte de déontologie"},
	{"mentions-legales", "Mentions légales"},
	{"donnees-personnelles", "Données personnelles"},
	{"accessibilite", "Accessibilité"},
	{"liens-utiles", "Liens utiles"},
}

// De gives a text by its code; fault.NotFound for any other.
func De(code string) (Texte, error) {
	for _, t := range Tous {
		if t.Code == code {
			return t, nil
		}
	}
	return Texte{}, fault.NotFound
}

// Version is a published version, or the draft (Numero 0).
type Version struct {
	ID         int64
	Texte      string
	Numero     int
	Contenu    string // Markdown
	Resume     string // what changes
	Empreinte  string // SHA-256 of Contenu, in hexadecimal
	Version    int    // optimistic lock of the draft
	ModifieLe  time.Time
	ModifiePar string // "Claire Montagné"
	PublieLe   *time.Time
	PubliePar  string // "" for the version that comes with the program
}

const versionSQL = `
select v.id, v.texte, coalesce(v.numero, 0) as numero, v.contenu, v.resume, v.empreinte, v.version, v.modifie_le,
    coalesce(m.prenom || ' ' || m.nom, '') as modifie_par, v.publie_le, coalesce(p.prenom || ' ' || p.nom, '') as publie_par
from textes_versions v
left join utilisateurs m on m.id = v.modifie_par
left join utilisateurs p on p.id = v.publie_par
where v.texte = @texte`

const couranteSQL = versionSQL + `
  and v.publie_le is not null
order by v.numero desc
limit 1`

// Courante is the version in force of a text.
func Courante(ctx context.Context, db pg.DB, texte string) (Version, error) {
	return une(ctx, db, couranteSQL, pg.Args{"texte": texte})
}

const numeroSQL = versionSQL + `
  and v.numero = @numero`

// Publiee is one published version of a text.
func Publiee(ctx context.Context, db pg.DB, texte string, numero int) (Version, error) {
	return une(ctx, db, numeroSQL, pg.Args{"texte": texte, "numero": numero})
}

const brouillonSQL = versionSQL + `
  and v.publie_le is null`

// Brouillon is the draft of a text; ok is false when nobody has opened one.
func Brouillon(ctx context.Context, db pg.DB, texte string) (v Version, ok bool, err error) {
	v, err = une(ctx, db, brouillonSQL, pg.Args{"texte": texte})
	if errors.Is(err, fault.NotFound) {
		return Version{}, false, nil
	}
	return v, err == nil, err
}

func une(ctx context.Context, db pg.DB, sql string, args pg.Args) (Version, error) {
	rows, err := db.Query(ctx, sql, args)
	if err != nil {
		return Version{}, fmt.Errorf("textes: version of %v: %w", args["texte"], err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Version])
	if errors.Is(err, pgx.ErrNoRows) {
		return Version{}, fault.NotFound
	}
	if err != nil {
		return Version{}, fmt.Errorf("textes: version of %v: %w", args["texte"], err)
	}
	return v, nil
}

const versionsSQL = versionSQL + `
  and v.publie_le is not null
order by v.numero desc`

// Versions lists the published versions of a text, the latest first.
func Versions(ctx context.Context, db pg.DB, texte string) ([]Version, error) {
	rows, err := db.Query(ctx, versionsSQL, pg.Args{"texte": texte})
	if err != nil {
		return nil, fmt.Errorf("textes: versions of %s: %w", texte, err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByName[Version])
	if err != nil {
		return nil, fmt.Errorf("textes: versions of %s: %w", texte, err)
	}
	return l, nil
}

// Etat is a text in the list of ATLAS.
type Etat struct {
	Texte     string
	Numero    int
	PublieLe  time.Time
	Brouillon bool
}

const etatsSQL = `
select texte, max(numero) as numero, max(publie_le) as publie_le, bool_or(publie_le is null) as brouillon
from textes_versions
group by texte`

// Etats tells where each text stands.
func Etats(ctx context.Context, db pg.DB) (map[string]Etat, error) {
	rows, err := db.Query(ctx, etatsSQL)
	if err != nil {
		return nil, fmt.Errorf("textes: states: %w", err)
	}
	l, err := pgx.CollectRows(rows, pgx.RowToStructByName[Etat])
	if err != nil {
		return nil, fmt.Errorf("textes: states: %w", err)
	}
	m := map[string]Etat{}
	for _, e := range l {
		m[e.Texte] = e
	}
	return m, nil
}

// Longest texts, in characters.
const (
	TailleContenu = 60_000
	TailleResume  = 500
)

const enregistrerSQL = `
insert into textes_versions as v (texte, contenu, empreinte, resume, modifie_par)
select @texte, @contenu, encode(sha256(convert_to(@contenu, 'UTF8')), 'hex'), @resume, @utilisateur
where @version = 0
on conflict (texte) where publie_le is null do nothing`

const modifierSQL = `
update textes_versions
set contenu = @contenu, empreinte = encode(sha256(convert_to(@contenu, 'UTF8')), 'hex'), resume = @resume, modifie_par = @utilisateur, modifie_le = now(), version = version + 1
where texte = @texte and publie_le is null and version = @version`

// EnregistrerBrouillon opens the draft of a text (version 0) or changes it.
// Another administrator's draft is fault.Conflict.
func EnregistrerBrouillon(ctx context.Context, db pg.DB, s habilitations.Session, texte, contenu, resume string, version int) error {
	if err := autoriser(s, texte); err != nil {
		return err
	}
	var f fault.Fields
	switch n := utf8.RuneCountInString(contenu); {
	case n == 0:
		f.Add("contenu", "Indiquez le texte.")
	case n > TailleContenu:
		f.Add("contenu", fmt.Sprintf("Raccourcissez le texte à %d caractères : il en a %d.", TailleContenu, n))
	}
	if utf8.RuneCountInString(resume) > TailleResume {
		f.Add("resume", fmt.Sprintf("Résumez ce qui change en %d caractères au plus.", TailleResume))
	}
	if err := f.Err(); err != nil {
		return err
	}
	sql := modifierSQL
	if version == 0 {
		sql = enregistrerSQL
	}
	t, err := db.Exec(ctx, sql, pg.Args{"texte": texte, "contenu": contenu, "resume": resume, "utilisateur": s.Utilisateur, "version": version})
	if err != nil {
		return fmt.Errorf("textes: draft of %s: %w", texte, err)
	}
	if t.RowsAffected() == 0 {
		return errConflit
	}
	return nil
}

var errConflit = fault.Refuser(fault.Conflict, "Un autre administrateur vient de changer ce brouillon. Relisez-le avant de le reprendre.")

const supprimerSQL = `
delete from textes_versions
where texte = @texte and publie_le is null and version = @version`

// SupprimerBrouillon gives up the draft.
func SupprimerBrouillon(ctx context.Context, db pg.DB, s habilitations.Session, texte string, version int) error {
	if err := autoriser(s, texte); err != nil {
		return err
	}
	t, err := db.Exec(ctx, supprimerSQL, pg.Args{"texte": texte, "version": version})
	if err != nil {
		return fmt.Errorf("textes: dropping the draft of %s: %w", texte, err)
	}
	if t.RowsAffected() == 0 {
		return errConflit
	}
	return nil
}

const publierSQL = `
update textes_versions
set numero = @numero, resume = @resume, publie_le = now(), publie_par = @utilisateur
where texte = @texte and publie_le is null and version = @version`

// Publier makes the draft the version in force. The sentence that says what
// changes is compulsory, and so is a change. It gives the new number.
func Publier(ctx context.Context, db pg.DB, s habilitations.Session, texte, resume string, version int) (int, error) {
	if err := autoriser(s, texte); err != nil {
		return 0, err
	}
	var numero int
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		avant, err := Courante(ctx, tx, texte)
		if err != nil {
			return err
		}
		b, ok, err := Brouillon(ctx, tx, texte)
		if err != nil {
			return err
		}
		if !ok || b.Version != version {
			return errConflit
		}
		if err := publiable(avant, b, resume).Err(); err != nil {
			return err
		}
		numero = avant.Numero + 1
		t, err := tx.Exec(ctx, publierSQL, pg.Args{
			"texte": texte, "resume": resume, "numero": numero, "utilisateur": s.Utilisateur, "version": version,
		})
		if err != nil {
			return err
		}
		if t.RowsAffected() == 0 {
			return errConflit
		}
		return journal.Changer(ctx, tx, s, trace(avant, b, numero, resume))
	})
	if pg.IsUnique(err, "textes_versions_texte_numero_key") {
		return 0, errConflit
	}
	if err != nil {
		return 0, fmt.Errorf("textes: publishing %s: %w", texte, err)
	}
	return numero, nil
}

// trace keeps the digests; the texts themselves stay in their versions.
func trace(avant, b Version, numero int, resume string) journal.Changement {
	t, _ := De(b.Texte) // autoriser has found it
	return journal.Changement{
		Objet: "texte", Cle: b.Texte, Libelle: t.Titre, Acte: "publier",
		Avant: map[string]string{"Version": strconv.Itoa(avant.Numero), "Empreinte": avant.Empreinte},
		Apres: map[string]string{"Version": strconv.Itoa(numero), "Empreinte": b.Empreinte, "Ce qui change": resume},
	}
}

func publiable(avant, b Version, resume string) fault.Fields {
	var f fault.Fields
	switch n := utf8.RuneCountInString(resume); {
	case n == 0:
		f.Add("resume", "Indiquez en une phrase ce qui change : les agents la liront.")
	case n > TailleResume:
		f.Add("resume", fmt.Sprintf("Résumez ce qui change en %d caractères au plus.", TailleResume))
	}
	if b.Empreinte == avant.Empreinte {
		f.Add("contenu", "Le brouillon est identique à la version publiée : rien ne changerait.")
	}
	return f
}

func autoriser(s habilitations.Session, texte string) error {
	if !s.Peut(habilitations.GererTextes) {
		return fault.Forbidden
	}
	_, err := De(texte)
	return err
}
