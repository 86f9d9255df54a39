package demo

import (
	"slices"
	"time"

	"imhoweb/internal/demandes"
	"imhoweb/internal/plafonds"
)

// Tables filled by the demo, in the order of their references.
const (
	tDemandes = iota
	tCompteurs
	tNumerosInternes
	tPersonnes
	tMorales
	tEmplois
	tCollecteurs
	tHandicaps
	tHandicapsDemandes
	tCoordonnees
	tNaissances
	tFiscaux
	tRessources
	tLogements
	tMotifs
	tSouhaits
	tChoix
	tPriorites
	tSaisies
	tEvenements
	tValeurs
	tNoms
	tRecherche
	nbTables
)

// table is a table and the columns that the demo writes, in the order in which
// the functions below write them.
type table struct{ nom, colonnes string }

var tables = [nbTables]table{
	tDemandes: {"demandes", `id, departement, numero_unique, numero_iw, mois, rang, statut, motif_radiation, incomplete, personne_morale,
		nature, situation_familiale, tri_nom, foyer, date_depot, date_renouvellement, date_echeance, date_radiation, origine, contingent,
		statut_dalo, preavis_postal, guichet, organisme, version, cree_le, modifie_le`},
	tCompteurs:       {"compteurs_numeros", "departement, mois, dernier"},
	tNumerosInternes: {"numeros_internes", "demande_id, organisme, numero"},
	tPersonnes: {"personnes", `id, demande_id, role, cle, lien, civilite, sexe, nom, nom_naissance, prenom, naissance, nationalite,
		situation_familiale, tel_domicile, tel_portable, tel_travail, courriel, lien_parente, fiscal, coparentalite, fiscal_commun,
		revenus_12_mois`},
	tMorales: {"personnes_morales", "demande_id, raison_sociale, siret, forme"},
	tEmplois: {"emplois", `personne_id, demande_id, profession, activite, activite_depuis, csp, employeur, employeur_code_postal,
		employeur_commune, employeur_voie, employeur_siret, employeur_telephone, employeur_depuis, commune_travail, plusieurs_employeurs,
		un_pour_cent, assistant_maternel, fonctionnaire`},
	tCollecteurs:       {"collecteurs_demande", "personne_id, demande_id, collecteur, dossier"},
	tHandicaps:         {"handicaps", "personne_id, demande_id, cle, etat, natures, marches, aides, equipements, invalidite"},
	tHandicapsDemandes: {"handicaps_demandes", "demande_id, handicap_mdph"},
	tCoordonnees: {"coordonnees", `demande_id, etranger, chez, domiciliation, complement, voie, code_postal, commune, localite, pays,
		courrier_autre, courrier_destinataire, courrier_voie, courrier_code_postal, courrier_commune, suivi, suivi_structure,
		suivi_travailleur, suivi_telephone`},
	tNaissances: {"naissances_attendues", "demande_id, nombre, date_prevue"},
	tFiscaux:    {"revenus_fiscaux", "demande_id, foyer, annee, montant"},
	tRessources: {"ressources", "demande_id, versee, cle, personne, type, montant"},
	tLogements: {"logements_actuels", `demande_id, situation, depuis, bailleur, bail, preavis, categorie, type, surface, habitants, loyer, apl,
		proprietaire, hebergeant, structure, structure_depuis, qpv, motif_precision`},
	tMotifs: {"motifs", "demande_id, rang, motif"},
	tSouhaits: {"souhaits", `demande_id, types, categorie, nature_bien, elargie, loyer_max, rez_de_chaussee, sans_ascenseur, adapte, parking,
		fsl, fsl_du, fsl_au, caution, commentaire, sans_ressource`},
	tChoix:      {"choix_geographiques", "demande_id, rang, territoire"},
	tPriorites:  {"priorites", "demande_id, priorite, origine, validee_le"},
	tSaisies:    {"saisies", "demande_id, utilisateur, organisme, sorte, valeurs, modifie_le"},
	tEvenements: {"evenements", "id, quand, departement, demande_id, type, utilisateur, organisme, guichet, motif, date_effet, version, champs"},
	tValeurs:    {"evenements_valeurs", "evenement_id, demande_id, champ, avant, apres"},
	tNoms: {"recherche_noms", `departement, demande_id, personne_id, role, titre, nom, nom_naissance, prenom, naissance, phon_nom,
		phon_naissance, phon_prenom`},
	tRecherche: {"recherche_demandes", `departement, demande_id, date_depot, date_renouvellement, date_echeance, numero_unique, nature,
		situation_familiale, nationalite, activite, csp, situation_logement, motif, motif_secondaire, contingent, origine, categorie,
		nature_bien, types, places, collecteurs, priorites, commune, commune_travail, organisme, guichet, annee_naissance, nb_personnes,
		ressources, pct_plai, pct_plus, pct_pls, loyer_max, surface, habitants, elargie, rez_de_chaussee, sans_ascenseur, adapte, parking,
		fsl, handicap, suivi, incomplete`},
}

// lot is a run of demandes on its way to the tables. Identifiers of persons
// and événements are dealt out within a range of the lot's own, so that they
// depend neither on the number of goroutines nor on their order.
type lot struct {
	flux      [nbTables]flux
	personne  int64 // last identifiers given
	evenement int64
	actives   int
	erreur    error
}

// parDemande bounds the persons, and the événements, of a demande.
const parDemande = 32

// ecrire adds a registered demande and its événements to the lot.
func (g *generateur) ecrire(l *lot, d *demandes.Demande, rang int, evs []evenement) {
	cree, modifie := evs[0].quand, evs[len(evs)-1].quand
	ecrireDemande(&l.flux[tDemandes], d, rang, cree, modifie)
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

func ecrireDemande(f *flux, d *demandes.Demande, rang int, cree, modifie time.Time) {
	f.ligne(27)
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
		f.ligne(12)
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

// projeter writes the search row of an active demande.
func (g *generateur) projeter(f *flux, d *demandes.Demande) {
	t, c, o := &d.Demandeur, &d.Coordonnees, &d.Souhait
	numero := func(domaine, code string) { f.int2(int(g.numero(domaine, code))) }
	f.ligne(44)
	f.texte(d.Departement)
	f.int8(d.ID)
	f.date(d.DateDepot)
	f.date(d.DateRenouvellement)
	f.date(d.DateEcheance)
	f.texte(d.NumeroUnique)
	numero("nature_demande", d.Nature)
	numero("situation_familiale", t.SituationFamiliale)
	numero("nationalite", t.Nationalite)
	numero("activite_professionnelle", t.Emploi.Activite)
	numero("csp", t.Emploi.Csp)
	numero("situation_logement_actuel", d.LogementActuel.Situation)
	numero("motif_demande", d.Motifs[0])
	numero("motif_demande", d.Motifs[1])
	numero("reservataire", d.Contingent)
	numero("origine_demande", d.Origine)
	numero("categorie_logement", o.Categorie)
	numero("nature_bien", o.NatureBien)
	f.int2s(g.numeros("type_logement", o.Types))
	places := make([]int32, len(o.Choix))
	for i, code := range o.Choix {
		places[i] = g.places[code]
	}
	f.int4s(places)
	var collecteurs []string
	for _, t := range d.Titulaires() {
		for _, c := range t.Collecteurs {
			if !slices.Contains(collecteurs, c.Code) {
				collecteurs = append(collecteurs, c.Code)
			}
		}
	}
	f.int2s(g.numeros("collecteur_1pc", collecteurs))
	f.int2s(g.numeros("priorite", d.Priorites))
	f.texte(c.Commune)
	f.texte(t.Emploi.CommuneTravail)
	f.int4(int(g.organismes[d.Organisme]))
	f.texte(d.Guichet)
	if t.Naissance.IsZero() {
		f.nul()
	} else {
		f.int2(t.Naissance.Annee())
	}
	f.int2(d.Foyer)
	if total, connu := d.TotalRessources(); connu {
		f.int4(total)
	} else {
		f.nul()
	}
	pct := g.fichier.Plafonds(d, g.jour).Pct
	for _, financement := range plafonds.Financements {
		f.int2OuNul(pct[financement])
	}
	f.int4OuNul(o.LoyerMax)
	f.int2OuNul(d.LogementActuel.Surface)
	f.int2OuNul(d.LogementActuel.Habitants)
	f.ouiOuNul(o.Elargie)
	f.ouiOuNul(o.RezDeChaussee)
	f.ouiOuNul(o.SansAscenseur)
	f.ouiOuNul(o.Adapte)
	f.ouiOuNul(o.Parking)
	f.ouiOuNul(o.Fsl)
	if len(d.Handicaps) > 0 {
		f.oui(true)
	} else {
		f.ouiOuNul(d.HandicapMDPH)
	}
	f.ouiOuNul(c.Suivi)
	f.oui(d.Incomplete)
}

// numeros gives the small numbers of codes, in increasing order.
func (g *generateur) numeros(domaine string, codes []string) []int16 {
	l := make([]int16, len(codes))
	for i, c := range codes {
		l[i] = g.numero(domaine, c)
	}
	slices.Sort(l)
	return l
}
