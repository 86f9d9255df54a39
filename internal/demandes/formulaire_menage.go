package demandes

import (
	"fmt"
	"strconv"
	"strings"
)

func lireMetier(l *lecteur, d *Demande, t *Titulaire) {
	if d.PersonneMorale {
		return
	}
	s := t.Sujet() + "."
	t.Emploi = Emploi{
		Profession:             l.texte(s + "profession"),
		Activite:               l.code(s + "activite"),
		ActiviteDepuis:         l.date(s + "activite_depuis"),
		Csp:                    l.code(s + "csp"),
		Employeur:              l.texte(s + "employeur"),
		EmployeurCodePostal:    l.codePostal(s + "employeur_code_postal"),
		EmployeurVoie:          l.texte(s + "employeur_voie"),
		EmployeurComplement:    l.texte(s + "employeur_complement"),
		EmployeurSiret:         l.siret(s + "employeur_siret"),
		EmployeurCorrespondant: l.texte(s + "employeur_correspondant"),
		EmployeurTelephone:     l.telephone(s + "employeur_telephone"),
		EmployeurFax:           l.telephone(s + "employeur_fax"),
		EmployeurCourriel:      l.courriel(s + "employeur_courriel"),
		EmployeurDepuis:        l.date(s + "employeur_depuis"),
		CommuneTravail:         l.commune(s+"commune_travail", ""),
		PlusieursEmployeurs:    l.ouiNon(s + "plusieurs_employeurs"),
		UnPourCent:             l.ouiNon(s + "un_pour_cent"),
		AssistantMaternel:      l.ouiNon(s + "assistant_maternel"),
		Fonctionnaire:          l.ouiNon(s + "fonctionnaire"),
	}
	t.Emploi.EmployeurCommune = l.commune(s+"employeur_commune", t.Emploi.EmployeurCodePostal)
	for _, code := range l.parmi(s + "collecteur") {
		t.Collecteurs = append(t.Collecteurs, Collecteur{code, l.texte(s + "dossier." + code)})
	}
	t.FiscalCommun = t.Cle > 0 && l.coche(s+"fiscal_commun")
	t.Revenus12Mois = l.entier(s + "revenus_12_mois")
}

func ecrireMetier(s scripteur, d *Demande, t *Titulaire) {
	p, e := t.Sujet()+".", t.Emploi
	s.texte(p+"profession", e.Profession)
	s.texte(p+"activite", e.Activite)
	s.date(p+"activite_depuis", e.ActiviteDepuis)
	s.texte(p+"csp", e.Csp)
	s.texte(p+"employeur", e.Employeur)
	s.texte(p+"employeur_code_postal", e.EmployeurCodePostal)
	s.commune(p+"employeur_commune", e.EmployeurCommune)
	s.texte(p+"employeur_voie", e.EmployeurVoie)
	s.texte(p+"employeur_complement", e.EmployeurComplement)
	s.texte(p+"employeur_siret", e.EmployeurSiret)
	s.texte(p+"employeur_correspondant", e.EmployeurCorrespondant)
	s.texte(p+"employeur_telephone", e.EmployeurTelephone)
	s.texte(p+"employeur_fax", e.EmployeurFax)
	s.texte(p+"employeur_courriel", e.EmployeurCourriel)
	s.date(p+"employeur_depuis", e.EmployeurDepuis)
	s.commune(p+"commune_travail", e.CommuneTravail)
	s.ouiNon(p+"plusieurs_employeurs", e.PlusieursEmployeurs)
	s.ouiNon(p+"un_pour_cent", e.UnPourCent)
	s.ouiNon(p+"assistant_maternel", e.AssistantMaternel)
	s.ouiNon(p+"fonctionnaire", e.Fonctionnaire)
	for _, c := range t.Collecteurs {
		s.v[p+"collecteur."+c.Code] = "1"
		s.texte(p+"dossier."+c.Code, c.Dossier)
	}
	s.coche(p+"fiscal_commun", t.FiscalCommun)
	s.entier(p+"revenus_12_mois", t.Revenus12Mois)
}

// lireRessources reads the tax incomes by household and year
// ("rfr.demandeur.2024", "rfr.cotitulaire.1.2024"), and the monthly lines.
func lireRessources(l *lecteur, d *Demande) {
	if d.PersonneMorale {
		return
	}
	foyers := []string{"autre"}
	for _, t := range d.Titulaires() {
		foyers = append(foyers, t.Sujet())
	}
	for _, foyer := range foyers {
		for _, annee := range l.annees("rfr." + foyer + ".") {
			if n := l.entier(fmt.Sprintf("rfr.%s.%d", foyer, annee)); n != nil {
				d.Fiscaux = append(d.Fiscaux, RevenuFiscal{foyer, annee, *n})
			}
		}
	}
	for _, versee := range []bool{false, true} {
		sujet := map[bool]string{false: "ressource", true: "versee"}[versee]
		for _, cle := range l.cles(sujet) {
			s := fmt.Sprintf("%s.%d.", sujet, cle)
			r := Ressource{Cle: cle, Versee: versee, Personne: l.texte(s + "personne"), Type: l.code(s + "type")}
			switch n := l.entier(s + "montant"); {
			case n != nil:
				r.Montant = *n
			case l.fautes.Message(s+"montant") == "":
				l.faute(s+"montant", "Indiquez un montant mensuel en euros, ou videz la ligne.")
			}
			if r.Type == "" {
				l.faute(s+"type", "Choisissez le type dans la liste.")
			}
			if r.Personne == "" {
				r.Personne = "demandeur"
			}
			d.Ressources = append(d.Ressources, r)
		}
	}
	d.SansRessource = l.coche("ressources.aucune")
}

// annees lists the years present under a prefix, in increasing order.
func (l *lecteur) annees(prefixe string) []int {
	vues := map[int]bool{}
	for nom, v := range l.valeurs {
		if a, ok := strings.CutPrefix(nom, prefixe); ok && v != "" {
			if n, err := strconv.Atoi(a); err == nil && n >= 1990 && n <= 2100 {
				vues[n] = true
			}
		}
	}
	return triees(vues)
}

func ecrireRessources(s scripteur, d *Demande) {
	for _, f := range d.Fiscaux {
		s.v[fmt.Sprintf("rfr.%s.%d", f.Foyer, f.Annee)] = strconv.Itoa(f.Montant)
	}
	for _, r := range d.Ressources {
		sujet := map[bool]string{false: "ressource", true: "versee"}[r.Versee]
		p := fmt.Sprintf("%s.%d.", sujet, r.Cle)
		s.texte(p+"personne", r.Personne)
		s.texte(p+"type", r.Type)
		s.v[p+"montant"] = strconv.Itoa(r.Montant)
	}
	s.coche("ressources.aucune", d.SansRessource)
}

func lireLogementActuel(l *lecteur, d *Demande) {
	if d.PersonneMorale {
		return
	}
	d.LogementActuel = LogementActuel{
		Situation:       l.code("logement.situation"),
		Depuis:          l.date("logement.depuis"),
		Bailleur:        l.texte("logement.bailleur"),
		Bail:            l.texte("logement.bail"),
		Preavis:         l.date("logement.preavis"),
		Categorie:       l.code("logement.categorie"),
		Type:            l.code("logement.type"),
		Surface:         l.entier("logement.surface"),
		Habitants:       l.entier("logement.habitants"),
		Loyer:           l.entier("logement.loyer"),
		Apl:             l.entier("logement.apl"),
		Proprietaire:    l.ouiNon("logement.proprietaire"),
		Hebergeant:      l.texte("logement.hebergeant"),
		Structure:       l.texte("logement.structure"),
		StructureDepuis: l.date("logement.structure_depuis"),
		Qpv:             l.code("logement.qpv"),
	}
	for nom, n := range map[string]**int{"logement.surface": &d.LogementActuel.Surface, "logement.habitants": &d.LogementActuel.Habitants} {
		if *n != nil && **n == 0 {
			l.faute(nom, "Indiquez un nombre à partir de 1, ou laissez vide.")
			*n = nil
		}
	}
	d.Motifs = [2]string{l.code("motif.1"), l.code("motif.2")}
	d.MotifPrecision = l.texte("motif.precision")
}

func ecrireLogementActuel(s scripteur, d *Demande) {
	a := d.LogementActuel
	s.texte("logement.situation", a.Situation)
	s.date("logement.depuis", a.Depuis)
	s.texte("logement.bailleur", a.Bailleur)
	s.texte("logement.bail", a.Bail)
	s.date("logement.preavis", a.Preavis)
	s.texte("logement.categorie", a.Categorie)
	s.texte("logement.type", a.Type)
	s.entier("logement.surface", a.Surface)
	s.entier("logement.habitants", a.Habitants)
	s.entier("logement.loyer", a.Loyer)
	s.entier("logement.apl", a.Apl)
	s.ouiNon("logement.proprietaire", a.Proprietaire)
	s.texte("logement.hebergeant", a.Hebergeant)
	s.texte("logement.structure", a.Structure)
	s.date("logement.structure_depuis", a.StructureDepuis)
	s.texte("logement.qpv", a.Qpv)
	s.texte("motif.1", d.Motifs[0])
	s.texte("motif.2", d.Motifs[1])
	s.texte("motif.precision", d.MotifPrecision)
}

// MaxChoix is the number of communes or quartiers a demande may target (SP-F10007).
const MaxChoix = 8

func lireLogementRecherche(l *lecteur, d *Demande) {
	o := &d.Souhait
	o.Types = l.parmi("type")
	o.Categorie = l.code("souhait.categorie")
	o.NatureBien = l.code("souhait.nature_bien")
	for i := 1; i <= MaxChoix; i++ {
		if t := l.territoire(fmt.Sprintf("choix.%d", i)); t != "" {
			o.Choix = append(o.Choix, t)
		}
	}
	o.Elargie = l.ouiNon("souhait.elargie")
	o.LoyerMax = l.entier("souhait.loyer_max")
	o.RezDeChaussee = l.ouiNon("souhait.rez_de_chaussee")
	o.SansAscenseur = l.ouiNon("souhait.sans_ascenseur")
	o.Adapte = l.ouiNon("souhait.adapte")
	o.Parking = l.ouiNon("souhait.parking")
	o.Fsl = l.ouiNon("souhait.fsl")
	o.FslDu, o.FslAu = l.date("souhait.fsl_du"), l.date("souhait.fsl_au")
	o.Caution = l.texte("souhait.caution")
	o.Commentaire = l.texte("souhait.commentaire")
}

func ecrireLogementRecherche(s scripteur, d *Demande) {
	o := d.Souhait
	s.parmi("type", o.Types)
	s.texte("souhait.categorie", o.Categorie)
	s.texte("souhait.nature_bien", o.NatureBien)
	for i, t := range o.Choix {
		s.v[fmt.Sprintf("choix.%d", i+1)] = s.ref.LibelleChoix(t)
	}
	s.ouiNon("souhait.elargie", o.Elargie)
	s.entier("souhait.loyer_max", o.LoyerMax)
	s.ouiNon("souhait.rez_de_chaussee", o.RezDeChaussee)
	s.ouiNon("souhait.sans_ascenseur", o.SansAscenseur)
	s.ouiNon("souhait.adapte", o.Adapte)
	s.ouiNon("souhait.parking", o.Parking)
	s.ouiNon("souhait.fsl", o.Fsl)
	s.date("souhait.fsl_du", o.FslDu)
	s.date("souhait.fsl_au", o.FslAu)
	s.texte("souhait.caution", o.Caution)
	s.texte("souhait.commentaire", o.Commentaire)
}
