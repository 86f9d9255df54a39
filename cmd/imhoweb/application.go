package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"imhoweb/internal/administration"
	"imhoweb/internal/courriels"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
	"imhoweb/internal/journal"
	"imhoweb/internal/platform/config"
	"imhoweb/internal/platform/pg"
	"imhoweb/internal/referentiels"
	"imhoweb/internal/travaux"
	"imhoweb/internal/travaux/table"
	"imhoweb/web"
)

// relecture is how late another instance sees a changed référentiel.
const relecture = 3 * time.Second

// application assembles the site on the base, and works its queue of jobs; the
// function given back stops the jobs and frees what was opened.
func application(ctx context.Context, c config.Config, b *base, demo bool) (h http.Handler, liberer func(), err error) {
	var ouverts []func()
	fermer := func() {
		for _, f := range slices.Backward(ouverts) {
			f()
		}
	}
	defer func() {
		if err != nil {
			fermer()
		}
	}()
	for _, r := range c.SecondFacteur {
		if habilitations.Role(r).Libelle() == r {
			return nil, nil, usage("IMHOWEB_SECOND_FACTEUR : « %s » n’est pas le code d’un rôle", r)
		}
	}
	lecture, err := avecOption(ctx, b.dsn, "default_transaction_read_only", "on") // nothing that pages to read run can write
	if err != nil {
		return nil, nil, err
	}
	ouverts = append(ouverts, lecture.Close)
	fond, err := avecOption(ctx, b.dsn, "pool_max_conns", strconv.Itoa(travaux.Connexions))
	if err != nil {
		return nil, nil, err
	}
	ouverts = append(ouverts, fond.Close)
	ref, err := referentiels.Ouvrir(ctx, b.app)
	if err != nil {
		return nil, nil, err
	}
	cle, err := demandes.NouvelleCle(b.cle)
	if err != nil {
		return nil, nil, err
	}
	if err := cle.Verifier(ctx, b.app); err != nil {
		return nil, nil, err
	}
	c.Cle = b.cle
	comptes := administration.NouveauxComptes(c.Cle, c.URL.String())
	facteur := facteur(c, b.app, comptes)
	ouverts = append(ouverts, facteur.Attendre)
	if c.SecondFacteur == nil && !demo {
		c.SecondFacteur = []string{string(habilitations.AdminAtlas)}
	}
	file := table.Nouvelle(table.Deps{DB: fond, Admin: b.admin, Ref: ref, Inactivite: c.SessionInactivite, Comptes: comptes, Facteur: facteur})
	client, err := file.Demarrer(ctx, fond)
	if err != nil {
		return nil, nil, err
	}
	ouverts = append(ouverts, func() {
		if err := client.Arreter(ctx); err != nil {
			slog.WarnContext(ctx, "arrêt des travaux de fond", "erreur", err)
		}
	})
	acces := journal.Ouvrir(b.app)
	ouverts = append(ouverts, func() { fermerJournal(ctx, acces) })
	h, _ = web.New(web.Deps{Journal: acces, Lecture: lecture, Ecriture: b.app, Ref: ref, Config: c, Version: numero(), Demo: demo, Travaux: file, Facteur: facteur})
	go ref.Suivre(ctx, relecture)
	facteur.Reveiller() // what was left by a stop
	return h, fermer, nil
}

// delaiJournal is for the last accesses to be written, when the server stops.
const delaiJournal = 15 * time.Second

func fermerJournal(ctx context.Context, acces *journal.Ecrivain) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), delaiJournal)
	defer cancel()
	if err := acces.Fermer(ctx); err != nil {
		slog.ErrorContext(ctx, "derniers accès non écrits dans le journal", "erreur", err)
	}
}

// facteur sends mails through the server that the configuration names; without
// one they stay in the base.
func facteur(c config.Config, db pg.DB, comptes administration.Comptes) *courriels.Facteur {
	f := &courriels.Facteur{DB: db, Coffre: comptes.Coffre}
	if c.SMTP.Adresse != "" {
		f.Envoyer = (&courriels.Serveur{
			Adresse: c.SMTP.Adresse, Chiffrement: courriels.Chiffrement(c.SMTP.Chiffrement),
			Utilisateur: c.SMTP.Utilisateur, MotDePasse: c.SMTP.MotDePasse, Expediteur: c.SMTP.Expediteur,
		}).Envoyer
	}
	return f
}

// avecOption opens a pool on the base with one more setting.
func avecOption(ctx context.Context, dsn, nom, valeur string) (*pgxpool.Pool, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set(nom, valeur)
	u.RawQuery = q.Encode()
	return pg.Open(ctx, u.String())
}
