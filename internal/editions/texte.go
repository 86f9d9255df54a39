package editions

import (
	"fmt"
	"regexp"
	"strings"

	"imhoweb/internal/platform/jour"
	"imhoweb/internal/platform/texte"
)

// Styles of the text; sizes in points, line heights in mm.
var (
	courant = style{taille: 9.5, interligne: 4.4}
	titre   = style{gras: true, taille: 14, interligne: 6.2}
	section = style{gras: true, taille: 11, interligne: 5}
	petit   = style{taille: 8.5, interligne: 3.8}
)

const (
	colonneLibelle = 56.0 // labels of rows, mm
	retraitPuce    = 4.5  // text of bullets, mm
)

// redaction collects blocks of text.
type redaction struct{ blocs []bloc }

func (r *redaction) section(nom string) {
	r.blocs = append(r.blocs, bloc{avant: 4.2, style: section, texte: nom, filet: true, lie: true})
}

func (r *redaction) paragraphe(s string) {
	r.blocs = append(r.blocs, bloc{avant: 1.4, style: courant, texte: s})
}

func (r *redaction) puces(avant string, puces ...string) {
	r.blocs = append(r.blocs, bloc{avant: 1.4, style: courant, texte: avant, lie: true})
	for _, s := range puces {
		r.blocs = append(r.blocs, bloc{avant: 0.3, style: courant, texte: s, marque: "•", retrait: retraitPuce})
	}
}

func (r *redaction) rangee(libelle, valeur string) {
	avant := 0.6
	if r.blocs[len(r.blocs)-1].libelle == "" { // the first of its table
		avant = 1.8
	}
	r.blocs = append(r.blocs, bloc{avant: avant, style: courant, libelle: libelle, texte: valeur, retrait: colonneLibelle})
}

// titreAttestation is the name of the document.
func (m *Mentions) titreAttestation() string {
	switch m.Sorte {
	case Renouvellement:
		return "Attestation de renouvellement d’une demande de logement social"
	case Reactivation:
		return "Attestation de réactivation d’une demande de logement social"
	}
	return "Attestation d’enregistrement d’une demande de logement social"
}

// redigerV1 writes the sentences of version 1 under the numéro unique. Its
// sources: CCH R441-2-4 (mentions), R441-2-7 and R441-2-8 (validity, radiation),
// L441-2-3 and R441-14-1 (médiation), R441-10 (offer). It must not change: see
// versionMentions.
func redigerV1(m *Mentions) []bloc {
	var r redaction
	r.attestation(m)
	r.validite(m)
	r.bailleurs(m)
	r.mediation(m)
	r.radiation(m)
	r.suivi()
	r.annexes(m)
	return r.blocs
}

func (r *redaction) attestation(m *Mentions) {
	recue := "Nous attestons que la demande de logement social décrite ci-dessous a été reçue le " + jourInsecable(m.DateDepot)
	garde := ". Elle garde son numéro unique et son ancienneté."
	switch m.Sorte {
	case Renouvellement:
		recue += " et renouvelée le " + jourInsecable(m.DateRenouvellement) + garde
	case Reactivation:
		recue += " et réactivée le " + jourInsecable(m.EmiseLe) + garde
	default:
		recue += " et enregistrée sous le numéro unique ci-dessus."
	}
	r.paragraphe(recue + " Elle est connue de tous les bailleurs sociaux et de tous les services enregistreurs du département (" +
		m.Departement + ") : il est inutile d’en déposer une autre. Le numéro unique est à indiquer dans toutes vos démarches.")
	r.rangee("Demandeur", m.Demandeur)
	if n := len(m.Cotitulaires); n > 0 {
		r.rangee(map[bool]string{true: "Co-titulaire", false: "Co-titulaires"}[n == 1], strings.Join(m.Cotitulaires, ", "))
	}
	r.rangee("Adresse de courrier", enLigne(m.Adresse))
	r.rangee("Service enregistreur", enLigne(remplies(append([]string{m.Service.Nom, m.Service.Guichet}, m.Service.Adresse...)...)))
	r.rangee("Téléphone du service", insecables(m.Service.Telephone))
	r.rangee("Demande reçue le", m.DateDepot.SansJour())
	renouvellement := "Aucun à ce jour"
	if !m.DateRenouvellement.IsZero() {
		renouvellement = m.DateRenouvellement.SansJour()
	}
	r.rangee("Dernier renouvellement", renouvellement)
	r.rangee("À renouveler au plus tard le", m.DateEcheance.SansJour())
}

func (r *redaction) validite(m *Mentions) {
	r.section("Validité, modification et renouvellement")
	r.paragraphe("Votre demande est valable " + duree(m.Delais.Validite) + " à compter de son dépôt ou de son dernier renouvellement : jusqu’au " +
		jourInsecable(m.DateEcheance) + ". Vous recevrez un préavis au moins " + duree(m.Delais.Preavis) +
		" avant cette date. Renouvelez votre demande avant l’échéance, même si vous n’avez pas reçu ce préavis, auprès de l’un des services enregistreurs du département.")
	r.paragraphe("Signalez sans attendre tout changement d’adresse, de téléphone, de situation familiale ou professionnelle, de ressources, de logement ou de souhaits. " +
		"La demande modifiée ou renouvelée garde son numéro et son ancienneté. Une modification ne remplace pas le renouvellement.")
	r.paragraphe("Sans renouvellement, votre demande est radiée. Elle peut être réactivée, avec son numéro et son ancienneté, pendant " + duree(m.Delais.Reactivation) +
		" à compter de son dépôt ou de son dernier renouvellement. Passé ce délai, vous devez déposer une nouvelle demande et l’ancienneté est perdue.")
}

func (r *redaction) bailleurs(m *Mentions) {
	r.section("Bailleurs sociaux des communes demandées")
	if len(m.Bailleurs) == 0 {
		r.paragraphe("Aucune commune n’est indiquée dans la demande.")
		return
	}
	r.blocs = append(r.blocs, bloc{avant: 1.4, style: courant, texte: "Ces bailleurs possèdent des logements sociaux dans les communes que vous demandez.", lie: true})
	for _, l := range m.Bailleurs {
		noms := strings.Join(l.Noms, ", ")
		switch {
		case len(l.Noms) == 0:
			noms = "aucun bailleur connu à ce jour"
		case l.Autres > 0:
			noms += " et " + texte.Pluriel(l.Autres, "autre", "autres")
		}
		r.rangee(l.Commune, noms+".")
	}
}

func (r *redaction) mediation(m *Mentions) {
	r.section("Commission de médiation")
	r.paragraphe("Dans le département, le délai d’attente est dit anormalement long au-delà de " + duree(m.Mediation.DelaiMois) +
		" après le dépôt de la demande. Si vous n’avez reçu aucune proposition adaptée à vos besoins et à vos capacités à la date du " +
		jourInsecable(m.Mediation.Apres) + ", vous pouvez saisir la commission de médiation à partir du " + jourInsecable(m.Mediation.Apres.Jours(1)) + ".")
	r.puces("Vous pouvez la saisir sans condition de délai si vous êtes de bonne foi et dans l’un de ces cas"+texte.Insecable+":",
		"dépourvu de logement"+texte.Fine+";",
		"menacé d’expulsion par une décision de justice, sans relogement"+texte.Fine+";",
		"hébergé de façon continue depuis plus de six mois dans une structure d’hébergement, ou depuis plus de dix-huit mois dans un logement de transition, un logement-foyer ou une résidence sociale"+texte.Fine+";",
		"logé dans des locaux impropres à l’habitation, insalubres ou dangereux"+texte.Fine+";",
		"avec un enfant mineur ou une personne handicapée à charge, ou handicapé vous-même, dans un logement non décent ou suroccupé.")
	r.rangee("Adresse de la commission", enLigne(m.Mediation.Adresse))
}

func (r *redaction) radiation(m *Mentions) {
	r.section("Radiation de la demande")
	r.puces("Une demande n’est radiée que dans l’un de ces cas"+texte.Insecable+":",
		"un logement social vous est attribué et le bail est signé"+texte.Fine+";",
		"vous y renoncez par écrit"+texte.Fine+";",
		"un courrier envoyé à la dernière adresse que vous avez indiquée reste sans réponse, "+duree(m.Delais.RadiationReponse)+" après un avertissement"+texte.Fine+";",
		"la commission d’attribution la déclare irrecevable, après un avertissement"+texte.Insecable+": plafond de ressources dépassé, ou séjour irrégulier d’une personne majeure du foyer"+texte.Fine+";",
		"elle n’a pas été renouvelée dans le délai"+texte.Fine+";",
		"elle est regroupée avec vos autres demandes sous un numéro unique national.")
	r.paragraphe("Refuser une proposition de logement n’entraîne pas la radiation.")
}

func (r *redaction) suivi() {
	r.section("Suivre votre demande et exercer vos droits")
	r.paragraphe("Pour connaître l’avancement de votre demande, adressez-vous au service qui l’a enregistrée, ou à tout autre service enregistreur du département, " +
		"avec votre numéro unique. Toute décision d’une commission d’attribution vous est notifiée par écrit, avec son motif en cas de rejet.")
	r.paragraphe("Vous pouvez à tout moment consulter les données de votre demande et les faire rectifier auprès d’un service enregistreur.")
}

func (r *redaction) annexes(m *Mentions) {
	r.section("Annexe" + texte.Insecable + "1 – Résumé de votre demande")
	for _, l := range m.Resume {
		r.rangee(l.Libelle, l.Valeur)
		r.blocs[len(r.blocs)-1].lie = true
	}
	r.paragraphe("Le motif de la demande et les données de santé sont enregistrés mais ne sont pas imprimés ici.")

	r.section("Annexe" + texte.Insecable + "2 – Étapes à venir")
	for i, s := range []string{
		"Votre demande est consultable par les bailleurs sociaux et par les services habilités du département.",
		"Quand un logement correspond à votre situation, un bailleur, une collectivité, l’État ou Action Logement peut présenter votre candidature. Le bailleur vous demande alors les pièces de l’annexe" + texte.Insecable + "3.",
		"La commission d’attribution du bailleur examine les candidatures, en principe trois au moins pour un logement, et vous notifie sa décision.",
		"Si un logement vous est proposé, vous disposez d’au moins dix jours pour répondre. L’absence de réponse vaut refus.",
		"Si vous acceptez, vous signez le bail. Votre demande est alors radiée.",
	} {
		r.blocs = append(r.blocs, bloc{avant: 0.6, style: courant, marque: fmt.Sprintf("%d.", i+1), texte: s, retrait: retraitPuce})
	}

	r.section("Annexe" + texte.Insecable + "3 – Pièces justificatives")
	if len(m.Pieces) == 0 {
		r.paragraphe("La demande émane d’une personne morale : le bailleur indique les pièces utiles au moment de l’instruction.")
		return
	}
	r.blocs = append(r.blocs, bloc{avant: 1.4, style: courant, lie: true, texte: "Une pièce d’identité, ou de régularité du séjour, suffit pour enregistrer la demande. " +
		"Les pièces suivantes peuvent vous être demandées ensuite. Une pièce remise à un service n’a pas à être fournie à un autre."})
	for i, p := range m.Pieces {
		libelle := ""
		if i == 0 || m.Pieces[i-1].Groupe != p.Groupe {
			libelle = p.Groupe
		}
		b := bloc{avant: 0.3, style: courant, libelle: libelle, texte: p.Libelle + ".", retrait: colonneLibelle}
		if libelle != "" {
			b.avant = 1
		}
		r.blocs = append(r.blocs, b)
	}
}

var codePostal = regexp.MustCompile(`^([0-9]{5}) `)

// enLigne writes an address in a sentence; the postcode stays with its town.
func enLigne(adresse []string) string {
	var l []string
	for _, s := range adresse {
		l = append(l, codePostal.ReplaceAllString(s, "$1"+texte.Insecable))
	}
	return strings.Join(l, ", ")
}

// duree writes a number of months: un mois, un an, 36 mois.
func duree(mois int) string {
	switch mois {
	case 1:
		return "un" + texte.Insecable + "mois"
	case 12:
		return "un" + texte.Insecable + "an"
	}
	return texte.Pluriel(mois, "mois", "mois")
}

// jourInsecable is a date in a sentence that no line break cuts.
func jourInsecable(d jour.Date) string { return insecables(d.SansJour()) }

func insecables(s string) string { return strings.ReplaceAll(s, " ", texte.Insecable) }
