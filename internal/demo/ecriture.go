package demo

import (
	"time"

	"imhoweb/internal/demandes"
)

// ecrire adds a registered demande and its événements to the lot.
func (g *generateur) ecrire(l *lot, d *demandes.Demande, rang int, evs []evenement) {
	cree, modifie := evs[0].quand, evs[len(evs)-1].quand
	ecrireDemande(&l.flux[tDemandes], d, demandes.Cibles(g.ref, d.Souhait.Choix), rang, cree, modifie)
	if d.NumeroInterne != "" {
		f := &l.flux[tNumerosInternes]
		f.ligne(3)
		f.int8(d.ID)
		f.texte(d.Organisme)
		f.texte(d.NumeroInterne)
	}
	ids := l.ecrirePersonnes(d)
	l.ecrireHandicaps(d, ids)
	l.ecrireLieux(d)
	l.ecrireRevenus(d)
	l.ecrireRecherche(d)
	for i, e := range evs {
		l.ecrireEvenement(d, i+1, e)
	}
	if d.Statut == demandes.Active {
		l.actives++
		g.projeter(&l.flux[tRecherche], d)
	}
}

func ecrireDemande(f *flux, d *demandes.Demande, cibles []int32, rang int, cree, modifie time.Time) {
	f.ligne(28)
	f.int8(d.ID)
	f.texte(d.Departement)
	if d.NumeroUnique == "" {
		f.nul()
		f.nul()
		f.nul()
		f.nul()
	} else {
		f.texte(d.NumeroUnique)
		f.texte(d.NumeroIW)
		f.int4(demandes.Mois(d.DateDepot))
		f.int4(rang)
	}
	f.texte(string(d.Statut))
	f.texte(d.MotifRadiation)
	f.oui(d.Incomplete)
	f.oui(d.PersonneMorale)
	f.texte(d.Nature)
	f.texte(d.Demandeur.SituationFamiliale)
	f.texte(d.TriNom())
	f.int4(d.Foyer)
	f.date(d.DateDepot)
	f.date(d.DateRenouvellement)
	f.date(d.DateEcheance)
	f.date(d.DateRadiation)
	f.texte(d.Origine)
	f.texte(d.Contingent)
	f.texte(d.StatutDalo)
	f.oui(d.PreavisPostal)
	f.texteOuNul(d.Guichet)
	f.texte(d.Organisme)
	f.int4s(cibles)
	f.int4(d.Version)
	f.instant(cree)
	f.instant(modifie)
}

// ecrirePersonnes writes titulaires with their jobs, occupants, and the names
// for the search. It gives the identifier of each person by its subject.
func (l *lot) ecrirePersonnes(d *demandes.Demande) map[string]int64 {
	var ids map[string]int64
	if len(d.Handicaps) > 0 {
		ids = map[string]int64{}
	}
	for _, t := range d.Titulaires() {
		l.personne++
		t.ID = l.personne
		if ids != nil {
			ids[t.Sujet()] = t.ID
		}
		l.ecrireTitulaire(d, t)
	}
	for i := range d.Occupants {
		o := &d.Occupants[i]
		l.personne++
		o.ID = l.personne
		if ids != nil {
			ids[o.Sujet()] = o.ID
		}
		l.ecrireOccupant(d, o)
	}
	l.ecrireNoms(d)
	if d.PersonneMorale {
		f := &l.flux[tMorales]
		f.ligne(4)
		f.int8(d.ID)
		f.texte(d.Morale.RaisonSociale)
		f.texte(d.Morale.Siret)
		f.texte(d.Morale.Forme)
	}
	return ids
}

func (l *lot) ecrireTitulaire(d *demandes.Demande, t *demandes.Titulaire) {
	nom := t.Nom
	if d.PersonneMorale {
		nom = d.Morale.RaisonSociale
	}
	f := &l.flux[tPersonnes]
	f.ligne(22)
	f.int8(t.ID)
	f.int8(d.ID)
	f.texte(string(t.Role()))
	f.int2(t.Cle)
	f.texte(t.Lien)
	f.texte(t.Civilite)
	f.texte(sexeCivilite[t.Civilite])
	f.texte(nom)
	f.texte(t.NomNaissance)
	f.texte(t.Prenom)
	f.date(t.Naissance)
	f.texte(t.Nationalite)
	f.texte(t.SituationFamiliale)
	f.texte(t.TelDomicile)
	f.texte(t.TelPortable)
	f.texte(t.TelTravail)
	f.texte(t.Courriel)
	f.texte("")
	f.nul()
	f.texte("")
	f.oui(t.FiscalCommun)
	f.int4OuNul(t.Revenus12Mois)
	l.ecrireEmploi(d, t)
}

var sexeCivilite = map[string]string{"1": "M", "2": "F", "3": "F"}

func (l *lot) ecrireNoms(d *demandes.Demande) {
	f := &l.flux[tNoms]
	for _, n := range demandes.LignesNoms(d) {
		f.ligne(15)
		f.texte(n.Departement)
		f.int8(n.DemandeID)
		f.int8(n.PersonneID)
		f.texte(string(n.Role))
		f.texte(n.Titre)
		f.texte(n.Nom)
		f.texte(n.NomNaissance)
		f.texte(n.Prenom)
		f.date(n.Naissance)
		f.texte(n.PhonNom)
		f.texte(n.PhonNaissance)
		f.texte(n.PhonPrenom)
		f.texte(string(d.Statut))
		f.texte(d.Organisme)
		f.date(d.DateDepot)
	}
}

func (l *lot) ecrireEmploi(d *demandes.Demande, t *demandes.Titulaire) {
	f, e := &l.flux[tEmplois], &t.Emploi
	f.ligne(18)
	f.int8(t.ID)
	f.int8(d.ID)
	f.texte(e.Profession)
	f.texte(e.Activite)
	f.date(e.ActiviteDepuis)
	f.texte(e.Csp)
	f.texte(e.Employeur)
	f.texte(e.EmployeurCodePostal)
	f.texteOuNul(e.EmployeurCommune)
	f.texte(e.EmployeurVoie)
	f.texte(e.EmployeurSiret)
	f.texte(e.EmployeurTelephone)
	f.date(e.EmployeurDepuis)
	f.texteOuNul(e.CommuneTravail)
	f.ouiOuNul(e.PlusieursEmployeurs)
	f.ouiOuNul(e.UnPourCent)
	f.ouiOuNul(e.AssistantMaternel)
	f.ouiOuNul(e.Fonctionnaire)
	for _, c := range t.Collecteurs {
		f := &l.flux[tCollecteurs]
		f.ligne(4)
		f.int8(t.ID)
		f.int8(d.ID)
		f.texte(c.Code)
		f.texte(c.Dossier)
	}
}

func (l *lot) ecrireOccupant(d *demandes.Demande, o *demandes.Occupant) {
	f := &l.flux[tPersonnes]
	f.ligne(22)
	f.int8(o.ID)
	f.int8(d.ID)
	f.texte(string(o.Role))
	f.int2(o.Cle)
	f.texte("")
	f.texte("")
	f.texte(o.Sexe)
	f.texte(o.Nom)
	f.texte("")
	f.texte(o.Prenom)
	f.date(o.Naissance)
	for range 6 {
		f.texte("")
	}
	f.texte(o.LienParente)
	f.ouiOuNul(o.Fiscal)
	f.texte(o.Coparentalite)
	f.oui(false)
	f.nul()
}

func (l *lot) ecrireHandicaps(d *demandes.Demande, ids map[string]int64) {
	if d.HandicapMDPH != nil {
		f := &l.flux[tHandicapsDemandes]
		f.ligne(2)
		f.int8(d.ID)
		f.oui(*d.HandicapMDPH)
	}
	for _, h := range d.Handicaps {
		f := &l.flux[tHandicaps]
		f.ligne(9)
		f.int8(ids[h.Personne])
		f.int8(d.ID)
		f.int2(h.Cle)
		f.texte(h.Etat)
		f.textes(h.Natures)
		f.texte(h.Marches)
		f.textes(h.Aides)
		f.textes(h.Equipements)
		f.oui(h.Invalidite)
	}
}

func (l *lot) ecrireLieux(d *demandes.Demande) {
	f, c := &l.flux[tCoordonnees], &d.Coordonnees
	f.ligne(19)
	f.int8(d.ID)
	f.oui(c.Etranger)
	f.texte(c.Chez)
	f.texte(c.Domiciliation)
	f.texte(c.Complement)
	f.texte(c.Voie)
	f.texte(c.CodePostal)
	f.texteOuNul(c.Commune)
	f.texte(c.Localite)
	f.texte(c.Pays)
	f.oui(c.CourrierAutre)
	f.texte(c.CourrierDestinataire)
	f.texte(c.CourrierVoie)
	f.texte(c.CourrierCodePostal)
	f.texteOuNul(c.CourrierCommune)
	f.ouiOuNul(c.Suivi)
	f.texte(c.SuiviStructure)
	f.texte(c.SuiviTravailleur)
	f.texte(c.SuiviTelephone)
	if d.ANaitre.Nombre > 0 {
		f := &l.flux[tNaissances]
		f.ligne(3)
		f.int8(d.ID)
		f.int2(d.ANaitre.Nombre)
		f.date(d.ANaitre.DatePrevue)
	}
	l.ecrireLogement(d)
}

func (l *lot) ecrireLogement(d *demandes.Demande) {
	f, a := &l.flux[tLogements], &d.LogementActuel
	f.ligne(18)
	f.int8(d.ID)
	f.texte(a.Situation)
	f.date(a.Depuis)
	f.texte(a.Bailleur)
	f.texte(a.Bail)
	f.date(a.Preavis)
	f.texte(a.Categorie)
	f.texte(a.Type)
	f.int4OuNul(a.Surface)
	f.int4OuNul(a.Habitants)
	f.int4OuNul(a.Loyer)
	f.int4OuNul(a.Apl)
	f.ouiOuNul(a.Proprietaire)
	f.texte(a.Hebergeant)
	f.texte(a.Structure)
	f.date(a.StructureDepuis)
	f.texte(a.Qpv)
	f.texte(d.MotifPrecision)
}

func (l *lot) ecrireRevenus(d *demandes.Demande) {
	for _, r := range d.Fiscaux {
		f := &l.flux[tFiscaux]
		f.ligne(4)
		f.int8(d.ID)
		f.texte(r.Foyer)
		f.int2(r.Annee)
		f.int4(r.Montant)
	}
	for _, r := range d.Ressources {
		f := &l.flux[tRessources]
		f.ligne(6)
		f.int8(d.ID)
		f.oui(r.Versee)
		f.int2(r.Cle)
		f.texte(r.Personne)
		f.texte(r.Type)
		f.int4(r.Montant)
	}
}

func (l *lot) ecrireRecherche(d *demandes.Demande) {
	for i, m := range d.Motifs {
		if m != "" {
			f := &l.flux[tMotifs]
			f.ligne(3)
			f.int8(d.ID)
			f.int2(i + 1)
			f.texte(m)
		}
	}
	f, o := &l.flux[tSouhaits], &d.Souhait
	f.ligne(16)
	f.int8(d.ID)
	f.textes(o.Types)
	f.texte(o.Categorie)
	f.texte(o.NatureBien)
	f.ouiOuNul(o.Elargie)
	f.int4OuNul(o.LoyerMax)
	f.ouiOuNul(o.RezDeChaussee)
	f.ouiOuNul(o.SansAscenseur)
	f.ouiOuNul(o.Adapte)
	f.ouiOuNul(o.Parking)
	f.ouiOuNul(o.Fsl)
	f.date(o.FslDu)
	f.date(o.FslAu)
	f.texte(o.Caution)
	f.texte(o.Commentaire)
	f.oui(d.SansRessource)
	for i, t := range o.Choix {
		f := &l.flux[tChoix]
		f.ligne(3)
		f.int8(d.ID)
		f.int2(i + 1)
		f.texte(t)
	}
	for _, p := range d.Priorites {
		f := &l.flux[tPriorites]
		f.ligne(4)
		f.int8(d.ID)
		f.texte(p)
		f.texte("calcul")
		f.nul()
	}
}

func (l *lot) ecrireEvenement(d *demandes.Demande, version int, e evenement) {
	l.evenement++
	f := &l.flux[tEvenements]
	f.ligne(12)
	f.int8(l.evenement)
	f.instant(e.quand)
	f.texte(d.Departement)
	f.int8(d.ID)
	f.texte(e.sorte)
	f.int8OuNul(e.utilisateur)
	f.texte(e.organisme)
	f.texte(e.guichet)
	f.texte(e.motif)
	f.date(e.effet)
	f.int4(version)
	var champs []string
	for _, c := range e.champs {
		champs = append(champs, c.nom)
	}
	f.textes(champs)
	for _, c := range e.champs {
		f := &l.flux[tValeurs]
		f.ligne(5)
		f.int8(l.evenement)
		f.int8(d.ID)
		f.texte(c.nom)
		f.texte(c.avant)
		f.texte(c.apres)
	}
}
