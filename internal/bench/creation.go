package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/demandes"
	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/pg"
)

// debits are creations a second, alternated: the application, then pgbench
// running the same statements.
type debits struct {
	application, pgbench []float64
	clients              int
	instructions         int // of one creation
}

const saisieSQL = `
update saisies
set valeurs = @valeurs, acceptees = @acceptees, motif_doublon = 'Vérifié : homonyme'
where demande_id = @demande`

// brouillon makes a draft ready to be confirmed, as an agent leaves it: every
// tab kept, the alertes accepted.
func (s *site) brouillon(ctx context.Context, t *tirage, v demandes.Valeurs) (string, error) {
	numero, err := s.fichier.NouveauBrouillon(ctx, s.ecriture, s.session, nouvelleCle(), "")
	if err != nil {
		return "", err
	}
	_, b := demandes.Controler(t.entete(), v, nil, s.ref, t.le)
	acceptees := []string{}
	for _, a := range b.Alertes {
		acceptees = append(acceptees, a.Code)
	}
	valeurs, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	_, err = s.ecriture.Exec(ctx, saisieSQL, pg.Args{"valeurs": valeurs, "acceptees": acceptees, "demande": enteteDe(numero).ID})
	return numero, err
}

// enteteDe names a draft as SaisieDe wants it.
func enteteDe(numero string) *demandes.Entete {
	id, _ := strconv.ParseInt(strings.TrimPrefix(numero, "b-"), 10, 64) // made by NouveauBrouillon
	return &demandes.Entete{ID: id, Statut: demandes.Brouillon}
}

func nouvelleCle() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// brouillons makes n drafts of one shape of household, so that each creation
// runs the same statements.
func (s *site) brouillons(ctx context.Context, t *tirage, n, clients int) ([]*demandes.Saisie, error) {
	menages := make([]demandes.Valeurs, n)
	for i := range menages {
		menages[i] = t.menage(t.modeles[0])
	}
	l := make([]*demandes.Saisie, n)
	err := enParallele(clients, n, func(i int) error {
		numero, err := s.brouillon(ctx, t, menages[i])
		if err != nil {
			return err
		}
		l[i], err = s.fichier.SaisieDe(ctx, s.ecriture, s.session, enteteDe(numero))
		return err
	})
	return l, err
}

// enParallele runs f(0…n-1) on some goroutines; the first error stops them.
func enParallele(clients, n int, f func(int) error) error {
	travaux := make(chan int)
	fini := make(chan struct{})
	var une sync.Once
	var erreur error
	var g sync.WaitGroup
	for range clients {
		g.Go(func() {
			for i := range travaux {
				if err := f(i); err != nil {
					une.Do(func() { erreur = err; close(fini) })
					return
				}
			}
		})
	}
	for i := range n {
		select {
		case travaux <- i:
			continue
		case <-fini:
		}
		break
	}
	close(travaux)
	g.Wait()
	return erreur
}

// repetitions alternates both sides.
const repetitions = 2

func comparerDebits(ctx context.Context, b *base, t *tirage, r reglages) (debits, error) {
	d := debits{clients: r.clients}
	banc, err := nouveauPgbench(ctx, b)
	if err != nil {
		return d, err
	}
	for range repetitions {
		saisies, err := b.site.brouillons(ctx, t, r.creations, r.clients)
		if err != nil {
			return d, err
		}
		debut := time.Now()
		err = enParallele(r.clients, len(saisies), func(i int) error {
			_, err := b.site.fichier.Confirmer(ctx, b.site.ecriture, b.site.session, saisies[i], t.le)
			return err
		})
		if err != nil {
			return d, fmt.Errorf("create: %w", err)
		}
		d.application = append(d.application, float64(len(saisies))/time.Since(debut).Seconds())

		if saisies, err = b.site.brouillons(ctx, t, r.creations, r.clients); err != nil {
			return d, err
		}
		if err := banc.preparer(ctx, b, t, saisies); err != nil {
			return d, err
		}
		tps, err := banc.jouer(ctx, r.clients, len(saisies))
		if err != nil {
			return d, err
		}
		d.pgbench = append(d.pgbench, tps)
	}
	d.instructions = banc.instructions
	return d, nil
}

// usure is what the modifications cost.
type usure struct {
	modifications int
	secondes      float64
}

// modifier changes random demandes of the whole file through the act that
// agents use: the income of the demandeur, and one time in five the name.
func modifier(ctx context.Context, b *base, t *tirage, r reglages) (usure, error) {
	numeros, err := colonne[string](ctx, b, `
select numero_unique
from demandes
where departement = @departement
  and statut = 'ACTIVE'
order by random()
limit @nombre`, pg.Args{"departement": b.departement, "nombre": r.modifications})
	if err != nil {
		return usure{}, err
	}
	noms := make([]string, len(numeros))
	for i := range noms {
		noms[i] = t.nom()
	}
	var mu sync.Mutex
	faites := 0
	debut := time.Now()
	err = enParallele(4, len(numeros), func(i int) error {
		change, err := b.site.modifier(ctx, b.app, numeros[i], i, noms[i], t.le)
		if err != nil {
			return fmt.Errorf("modify %s: %w", numeros[i], err)
		}
		mu.Lock()
		defer mu.Unlock()
		if change {
			faites++
		}
		return nil
	})
	return usure{faites, time.Since(debut).Seconds()}, err
}

// modifier does one modification; a dossier that today's checks refuse as it
// stands is left.
func (s *site) modifier(ctx context.Context, db *pgxpool.Pool, numero string, i int, nom string, le jour.Date) (bool, error) {
	a, err := s.fichier.OuvrirSaisie(ctx, db, s.session, numero, demandes.SaisieModification)
	if err != nil {
		return false, err
	}
	e, err := demandes.EnteteDe(ctx, db, s.session, demandes.SaisieModification.Droit(), numero)
	if err != nil {
		return false, err
	}
	a.Valeurs["demandeur.tel_portable"] = fmt.Sprintf("06 39 98 %02d %02d", i/100%100, i%100)
	if i%5 == 0 && a.Valeurs["demandeur.nom"] != "" {
		a.Valeurs["demandeur.nom"] = nom
	}
	_, b := s.fichier.ControlerSaisie(e, a, le)
	if b.Erreurs.Err() != nil {
		return false, s.fichier.Abandonner(ctx, db, s.session, a)
	}
	for _, x := range b.Alertes {
		a.Acceptees = append(a.Acceptees, x.Code)
	}
	_, err = s.fichier.Confirmer(ctx, db, s.session, a, le)
	return err == nil, err
}
