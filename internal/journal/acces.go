package journal

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"imhoweb/internal/platform/pg"
)

// Sorte is what an access was.
type Sorte string

// Kinds of access.
const (
	Lecture        Sorte = "LECTURE"
	Recherche      Sorte = "RECHERCHE"
	Export         Sorte = "EXPORT"
	Edition        Sorte = "EDITION"
	Communication  Sorte = "COMMUNICATION" // the complete dossier handed to its person
	Connexion      Sorte = "CONNEXION"
	EchecConnexion Sorte = "ECHEC_CONNEXION"
	Deconnexion    Sorte = "DECONNEXION"
	Refus          Sorte = "REFUS" // forbidden, or out of sight
)

// Entree is one access. It never holds the name of a person of a demande.
type Entree struct {
	FaitLe      time.Time
	Utilisateur int64 // 0: nobody was connected
	Organisme   string
	Sorte       Sorte
	Demande     int64  // 0: none in particular
	Ecran       string // the route's pattern: "GET /demandes/{numero}"
	Criteres    string // sentence of a search, without the names sought
	Recherche   string // id of a search by name, which the base forgets after a day
	Lignes      int    // rows found, exported or printed
	Reference   string // that of the request in the log
}

const (
	lotMax    = 500
	fileMax   = 20_000
	pasLot    = 500 * time.Millisecond
	delaiLot  = 10 * time.Second
	repriseEn = 2 * time.Second
)

// Journal gathers accesses in memory and writes them in batches, beside the
// pages: an access costs a page no statement. What the base refuses is tried
// again; when too many wait, pages wait for the base rather than lose one.
type Journal struct {
	db pg.DB

	mu      sync.Mutex
	file    []Entree
	ecrit   bool // a goroutine is at work
	place   *sync.Cond
	termine *sync.Cond
	vite    chan struct{} // closed to write at once
}

// New makes the journal of an instance.
func New(db pg.DB) *Journal {
	j := &Journal{db: db, vite: make(chan struct{})}
	j.place, j.termine = sync.NewCond(&j.mu), sync.NewCond(&j.mu)
	return j
}

// Noter adds an access. It returns at once, unless too many are waiting.
func (j *Journal) Noter(e Entree) {
	if e.FaitLe.IsZero() {
		e.FaitLe = time.Now()
	}
	e.FaitLe = instant(e.FaitLe)
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.file) >= fileMax {
		j.place.Wait()
	}
	j.file = append(j.file, e)
	if !j.ecrit {
		j.ecrit = true
		go j.ecrire()
	}
}

// Vider returns when all that was noted before is written, or when ctx ends.
func (j *Journal) Vider(ctx context.Context) error {
	j.mu.Lock()
	if j.ecrit {
		close(j.vite)
		j.vite = make(chan struct{})
	}
	j.mu.Unlock()
	fini := make(chan struct{})
	go func() {
		j.mu.Lock()
		for j.ecrit {
			j.termine.Wait()
		}
		j.mu.Unlock()
		close(fini)
	}()
	select {
	case <-fini:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ecrire works until nothing is left.
func (j *Journal) ecrire() {
	attente := pasLot
	for {
		j.mu.Lock()
		vite := j.vite
		j.mu.Unlock()
		select {
		case <-time.After(attente):
		case <-vite:
		}
		attente = 0
		j.mu.Lock()
		n := min(len(j.file), lotMax)
		lot := j.file[:n:n]
		if n == 0 {
			j.ecrit = false
			j.termine.Broadcast()
			j.mu.Unlock()
			return
		}
		j.mu.Unlock()
		if err := ajouter(j.db, lot); err != nil {
			slog.Error("journal des accès : nouvel essai", "erreur", err, "en_attente", n)
			attente = repriseEn
			continue
		}
		j.mu.Lock()
		j.file = append([]Entree(nil), j.file[n:]...)
		j.place.Broadcast()
		j.mu.Unlock()
	}
}

const ajouterSQL = `
insert into journal_acces (rang, fait_le, utilisateur, organisme, sorte, demande, ecran, criteres, recherche, lignes, reference, chaine)
select * from unnest(@rangs::bigint[], @fait_le::timestamptz[], @utilisateurs::bigint[], @organismes::text[], @sortes::text[],
    @demandes::bigint[], @ecrans::text[], @criteres::text[], @recherches::text[], @lignes::integer[], @references::text[], @chaines::bytea[])`

// ajouter writes a batch at the end of the chain.
func ajouter(db pg.DB, lot []Entree) error {
	ctx, cancel := context.WithTimeout(context.Background(), delaiLot)
	defer cancel()
	err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		m, err := verrouiller(ctx, tx, acces)
		if err != nil {
			return err
		}
		c := colonnes{}
		for _, e := range lot {
			m = m.suivant(e.champs()...)
			c.ajouter(e, m)
		}
		if _, err := tx.Exec(ctx, ajouterSQL, c.args()); err != nil {
			return err
		}
		return avancer(ctx, tx, acces, m)
	})
	if err != nil {
		return fmt.Errorf("journal: %d accesses: %w", len(lot), err)
	}
	return nil
}

// champs is the form of an access that its digest covers.
func (e Entree) champs() []string {
	return []string{
		ecrireInstant(e.FaitLe), entier(e.Utilisateur), e.Organisme, string(e.Sorte), entier(e.Demande), e.Ecran, e.Criteres,
		e.Recherche, entier(int64(e.Lignes)), e.Reference,
	}
}

// colonnes is a batch turned for unnest.
type colonnes struct {
	rangs, utilisateurs, demandes                                []int64
	faits                                                        []time.Time
	organismes, sortes, ecrans, criteres, recherches, references []string
	lignes                                                       []int32
	chaines                                                      [][]byte
}

func (c *colonnes) ajouter(e Entree, m maillon) {
	c.rangs, c.chaines = append(c.rangs, m.Rang), append(c.chaines, m.Empreinte)
	c.faits = append(c.faits, e.FaitLe)
	c.utilisateurs, c.organismes = append(c.utilisateurs, e.Utilisateur), append(c.organismes, e.Organisme)
	c.sortes, c.demandes = append(c.sortes, string(e.Sorte)), append(c.demandes, e.Demande)
	c.ecrans, c.criteres = append(c.ecrans, e.Ecran), append(c.criteres, e.Criteres)
	c.recherches, c.lignes = append(c.recherches, e.Recherche), append(c.lignes, int32(min(e.Lignes, 1<<31-1)))
	c.references = append(c.references, e.Reference)
}

func (c *colonnes) args() pg.Args {
	return pg.Args{
		"rangs": c.rangs, "fait_le": c.faits, "utilisateurs": c.utilisateurs, "organismes": c.organismes, "sortes": c.sortes,
		"demandes": c.demandes, "ecrans": c.ecrans, "criteres": c.criteres, "recherches": c.recherches, "lignes": c.lignes,
		"references": c.references, "chaines": c.chaines,
	}
}
