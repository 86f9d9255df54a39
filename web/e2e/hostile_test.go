package e2e

import (
	"strings"
	"testing"

	"imhoweb/internal/champs"
	"imhoweb/internal/demandes"
	"imhoweb/internal/habilitations"
)

// hostiles are texts that a page must show as they were typed.
var hostiles = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'; drop table demandes; --`, `Inactif divers (&t;> re`,
	"\u202egnol\u202c trop", "Zoé 👩‍👧 Ⅻ", "{{7*7}} ${7*7} %00 \\", `javascript:alert(1)//`, strings.Repeat("Wolfeschlegelsteinhausen", 40),
}

// TestChainesHostiles types them in every text field of every tab: they come
// back as typed, in the form, the list, the reading; nothing runs.
func TestChainesHostiles(t *testing.T) {
	t.Parallel()
	s := site(t)
	o := s.agent(t, "TMH", habilitations.Saisie)
	brouillon := s.brouillon(t, demandes.Valeurs{"demandeur.nom": "LABORDE", "cotitulaire.1.nom": "LABORDE", "charge.1.nom": "LABORDE", "autre.1.nom": "LABORDE"})
	tapes := map[champs.Onglet]map[string]string{}
	i := 0
	for _, x := range champs.Onglets {
		if x.Code == champs.Historique {
			continue
		}
		o.aller("/demandes/" + brouillon + "/" + string(x.Code))
		tapes[x.Code] = map[string]string{}
		for _, nom := range lire[[]string](o, `[...document.querySelectorAll("#onglet input[type=text], #onglet input[type=tel], #onglet textarea")].filter(e => e.getClientRects().length > 0 && !e.readOnly).map(e => e.name)`) {
			tapes[x.Code][nom] = hostiles[i%len(hostiles)]
			o.poser(nom, hostiles[i%len(hostiles)])
			i++
		}
		o.suivre("=Sauver le brouillon")
	}
	if i < 40 {
		t.Errorf("only %d text fields were found", i)
	}
	for onglet, noms := range tapes {
		o.aller("/demandes/" + brouillon + "/" + string(onglet))
		for nom, want := range noms {
			if got := o.valeur(nom); got != want {
				t.Errorf("%s holds %q, typed %q", nom, got, want)
			}
		}
		o.sansFuite()
	}
	o.suivre("=Créer la demande") // refused: each mistake quotes its field
	o.sansFuite()
	o.verifier()

	d := s.fiche(t, func(d *demandes.Demande) {
		d.Demandeur.Nom, d.Demandeur.NomNaissance, d.Demandeur.Prenom = `<b>O’Brien</b> &t;`, `"><i>Ney`, `Zoé 👩‍👧`
		d.Coordonnees.Voie, d.Coordonnees.Chez = `12 rue <script>alert(1)</script>`, "\u202egnol\u202c"
		d.Demandeur.Emploi.Employeur, d.Demandeur.Emploi.Profession = `<img src=x onerror=alert(1)>`, `Inactif divers (&t;> re`
		d.Souhait.Commentaire = "ligne 1\n</textarea><script>alert(1)</script>"
	})
	base := "/demandes/" + d.NumeroUnique
	for chemin, textes := range map[string][]string{
		"":                    {`<B>O’BRIEN</B> &T;`, `Zoé 👩‍👧`},
		"/identite":           {`"><I>NEY`},
		"/coordonnees":        {`12 rue <script>alert(1)</script>`},
		"/metier":             {`<img src=x onerror=alert(1)>`, `Inactif divers (&t;> re`},
		"/logement-recherche": {`</textarea><script>alert(1)</script>`},
		"/historique":         nil,
		"/radiation":          {`<B>O’BRIEN</B> &T;`},
	} {
		o.aller(base + chemin)
		o.doitDire(textes...)
		o.sansFuite()
	}
	o.aller("/demandes")
	o.taper(`[id="titulaire.nom"]`, `<b>O`)
	o.chercher()
	o.doitDire(`<B>O’BRIEN</B> &T;`)
	if got := o.valeur("titulaire.nom"); got != `<b>O` {
		t.Errorf("the criterion comes back as %q", got)
	}
	o.sansFuite()
	if a := s.nomAttestation(o, base); !strings.Contains(strings.ToUpper(a), `<B>O’BRIEN</B>`) {
		t.Errorf("the attestation doesn't say the name:\n%s", court(a))
	}
}

// nomAttestation is the text of the attestation that a renewal delivers.
func (s *Site) nomAttestation(o *Onglet, base string) string {
	o.t.Helper()
	o.aller(base)
	o.suivre("=Renouveler")
	o.suivre("=Renouveler la demande")
	return o.pdf(base + "/attestation.pdf")
}

// sansFuite fails when a typed text became an element, or ran.
func (o *Onglet) sansFuite() {
	o.t.Helper()
	if n := lire[int](o, `document.querySelectorAll("img[src=x], main script, main b:not([class]) > script, i > i").length`); n > 0 {
		o.t.Errorf("%s: a typed text became %d elements", o.adresse(), n)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.dialogues) > 0 {
		o.t.Errorf("a typed text ran: %v", o.dialogues)
	}
}

// TestCorpsTropGros sends more than the server takes: it says so, politely.
func TestCorpsTropGros(t *testing.T) {
	t.Parallel()
	s := site(t)
	brouillon := s.brouillon(t, demandes.Valeurs{"demandeur.nom": "LABORDE"})
	o := s.agent(t, "TMH", habilitations.Saisie)
	o.aller("/demandes/" + brouillon + "/logement-recherche")
	lire[bool](o, `(document.querySelector("#onglet input[type=hidden]").value = "x".repeat(1_300_000), true)`) // hidden: a field would be slow to draw
	o.suivre("=Sauver le brouillon")
	if n := lire[int](o, `performance.getEntriesByType("navigation")[0].responseStatus`); n != 413 {
		t.Errorf("status %d\n%s", n, o.resume())
	}
	o.verifier()
	o.doitDire("Envoi trop volumineux")
}
