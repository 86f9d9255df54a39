package editions

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boombuler/barcode/code128"

	"imhoweb/internal/platform/jour"
)

// exemple is an attestation of renewal with every mention.
func exemple() Mentions {
	return Mentions{
		Version: versionMentions, Sorte: Renouvellement, EmiseLe: jour.De(2012, time.April, 2), Lieu: "Toulouse", Departement: "Haute-Garonne",
		NumeroUnique: "031041100185611054", Demandeur: "Madame Nadia BENALI", Cotitulaires: []string{"Monsieur Łukasz ĐORĐE"},
		Adresse: []string{"Madame Nadia BENALI", "Monsieur Łukasz ĐORĐE", "Bâtiment B, appartement 12", "65 avenue des Mimosas", "31600 MURET"},
		Service: Service{Nom: "Toulouse Métropole Habitat", Guichet: "Agence Toulouse", Adresse: []string{"65 avenue des Mimosas", "31000 TOULOUSE"},
			Telephone: "05 36 49 44 14"},
		DateDepot: jour.De(2011, time.April, 18), DateRenouvellement: jour.De(2012, time.April, 1), DateEcheance: jour.De(2013, time.April, 1),
		Bailleurs: []BailleursParLieu{
			{Commune: "Muret", Noms: []string{"Groupe des Chalets", "Toulouse Métropole Habitat", "Promologis"}},
			{Commune: "Toulouse", Noms: []string{"Altéal", "Patrimoine SA Languedocienne"}, Autres: 3},
			{Commune: "Saint-Lys"},
		},
		Mediation: Mediation{DelaiMois: 36, Apres: jour.De(2014, time.April, 18),
			Adresse: []string{"Secrétariat de la commission de médiation", "1 place des Exemples", "31000 TOULOUSE"}},
		Delais: Delais{Validite: 12, Preavis: 1, Reactivation: 18, RadiationReponse: 1},
		Resume: []Ligne{{"Personnes à loger", "3"}, {"Ressources mensuelles du foyer", "1\u202f577\u00a0€"}, {"Logement recherché", "Appartement, T3 ou T4"}},
		Pieces: []Piece{{"Identité", "Carte nationale d’identité ou passeport"}, {"Ressources", "Dernier avis d’imposition reçu"},
			{"Ressources", "Attestation CAF ou MSA"}},
	}
}

// huitCommunes is the longest attestation that the file may print.
func huitCommunes() Mentions {
	m := exemple()
	m.Bailleurs = nil
	for i := range 8 {
		var noms []string
		for j := range 16 {
			noms = append(noms, fmt.Sprintf("Société anonyme d’habitations à loyer modéré %d", j+1))
		}
		m.Bailleurs = append(m.Bailleurs, BailleursParLieu{Commune: fmt.Sprintf("Saint-Martin-du-Touch-%d", i+1), Noms: noms, Autres: i})
	}
	m.Pieces = nil
	for i := range 30 {
		m.Pieces = append(m.Pieces, Piece{fmt.Sprintf("Groupe %d", i/5), strings.Repeat("Pièce qui se décrit longuement ", 4)})
	}
	return m
}

func dessiner(t *testing.T, lettres ...Mentions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := AttestationsPDF(&b, lettres); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lire gives the text in the order in which it was drawn, which a screen reader
// follows, with its lines joined and its spaces alike.
func lire(t *testing.T, pdf []byte) string {
	t.Helper()
	return plat(pdftotext(t, pdf, "-raw"))
}

// pdftotext reads a document as another program does (poppler-utils).
func pdftotext(t *testing.T, pdf []byte, options ...string) string {
	t.Helper()
	f := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(f, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", append(options, f, "-")...).Output()
	if err != nil {
		t.Fatalf("pdftotext (paquet poppler-utils) : %v", err)
	}
	return string(out)
}

func plat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestAttestationHoldsEveryMention(t *testing.T) {
	t.Parallel()
	m := exemple()
	lu := lire(t, dessiner(t, m))
	for _, mention := range []string{ // CCH R441-2-4, in its order
		"Attestation de renouvellement d’une demande de logement social",
		"Madame Nadia BENALI", "Monsieur Łukasz ĐORĐE", "65 avenue des Mimosas",
		"Toulouse Métropole Habitat, Agence Toulouse, 65 avenue des Mimosas, 31000 TOULOUSE", "Téléphone : 05 36 49 44 14",
		"031 04 11 001856 11054",
		"reçue le 18 avril 2011 et renouvelée le 1er avril 2012", "Dernier renouvellement 1er avril 2012",
		"À renouveler au plus tard le 1er avril 2013",
		"Muret Groupe des Chalets, Toulouse Métropole Habitat, Promologis.",
		"Toulouse Altéal, Patrimoine SA Languedocienne et 3 autres.",
		"Saint-Lys aucun bailleur connu à ce jour.",
		"au-delà de 36 mois", "à la date du 18 avril 2014", "à partir du 19 avril 2014",
		"Secrétariat de la commission de médiation, 1 place des Exemples, 31000 TOULOUSE",
		"valable un an", "préavis au moins un mois avant", "Signalez sans attendre tout changement",
		"pendant 18 mois", "vous y renoncez par écrit ;", "Pour connaître l’avancement de votre demande",
		"Annexe 1 – Résumé de votre demande", "1 577 €", "Annexe 2 – Étapes à venir", "Annexe 3 – Pièces justificatives",
		"Carte nationale d’identité ou passeport.", "Toulouse, le 2 avril 2012",
		"page 1 sur 3", "page 3 sur 3",
	} {
		if !strings.Contains(lu, mention) {
			t.Errorf("l’attestation ne dit pas %q\n%s", mention, lu)
		}
	}
}

func TestAttestationOfEachAct(t *testing.T) {
	t.Parallel()
	for sorte, phrases := range map[string][]string{
		Creation:       {"Attestation d’enregistrement d’une", "enregistrée sous le numéro unique ci-dessus", "Dernier renouvellement Aucun à ce jour"},
		Renouvellement: {"Attestation de renouvellement d’une", "Elle garde son numéro unique et son ancienneté"},
		Reactivation:   {"Attestation de réactivation d’une", "réactivée le 2 avril 2012"},
	} {
		m := exemple()
		if m.Sorte = sorte; sorte == Creation {
			m.DateRenouvellement = jour.Date{}
		}
		lu := lire(t, dessiner(t, m))
		for _, p := range phrases {
			if !strings.Contains(lu, p) {
				t.Errorf("%s : %q manque", sorte, p)
			}
		}
	}
}

func TestPrintedAgainIsTheSameBytes(t *testing.T) {
	t.Parallel()
	m := exemple()
	m.Demandeur = "Madame NGUYỄN THỊ Hương" // both faces
	premiere := dessiner(t, m)
	for range 3 {
		if !bytes.Equal(premiere, dessiner(t, m)) {
			t.Fatal("deux impressions diffèrent")
		}
	}
	if !bytes.Contains(premiere, []byte("D:20120402")) {
		t.Error("le document n’est pas daté du jour de l’acte")
	}
	m.Version = versionMentions + 1
	if AttestationPDF(&bytes.Buffer{}, m) == nil {
		t.Error("une version inconnue est imprimée avec les phrases d’une autre")
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	f := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(f, dessiner(t, exemple()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdfinfo", f).Output()
	if err != nil {
		t.Fatalf("pdfinfo (paquet poppler-utils) : %v", err)
	}
	lu := plat(string(out))
	for _, s := range []string{"Title: Attestation de renouvellement d’une demande de logement social", "Author: Toulouse Métropole Habitat", "A4"} {
		if !strings.Contains(lu, s) {
			t.Errorf("%q manque dans\n%s", s, lu)
		}
	}
	if !bytes.Contains(dessiner(t, exemple()), []byte("/Lang (fr-FR)")) {
		t.Error("la langue n’est pas indiquée")
	}
}

// mot is a word of a page and its box, in mm.
type mot struct {
	page                   int
	xMin, yMin, xMax, yMax float64
	texte                  string
}

func mots(t *testing.T, pdf []byte) []mot {
	t.Helper()
	var doc struct {
		Pages []struct {
			Mots []struct {
				XMin  float64 `xml:"xMin,attr"`
				YMin  float64 `xml:"yMin,attr"`
				XMax  float64 `xml:"xMax,attr"`
				YMax  float64 `xml:"yMax,attr"`
				Texte string  `xml:",chardata"`
			} `xml:"word"`
		} `xml:"body>doc>page"`
	}
	if err := xml.Unmarshal([]byte(pdftotext(t, pdf, "-bbox")), &doc); err != nil {
		t.Fatal(err)
	}
	const mm = 25.4 / 72
	var l []mot
	for i, p := range doc.Pages {
		for _, m := range p.Mots {
			l = append(l, mot{i + 1, m.XMin * mm, m.YMin * mm, m.XMax * mm, m.YMax * mm, m.Texte})
		}
	}
	return l
}

// TestAddressFitsTheWindow: whatever the sheet's place in its DL envelope, the
// window shows the whole address, and nothing else.
func TestAddressFitsTheWindow(t *testing.T) {
	t.Parallel()
	for nom, adresse := range map[string][]string{
		"usual": exemple().Adresse,
		"six lines": {"Madame Nadia BENALI", "Chez Monsieur Jean-Baptiste DELAUNAY", "Centre communal d’action sociale", "Bâtiment B, escalier 3, appartement 12",
			"65 avenue des Mimosas", "31600 MURET"},
		"long lines": {"Madame Marie-Antoinette-Philippine DE LA ROCHEFOUCAULD-MONTBAZON D’AUBIGNÉ", "Résidence universitaire internationale Daniel-Faucher, bâtiment Garonne, appartement 1204",
			"1234 bis avenue du Maréchal-de-Lattre-de-Tassigny prolongée", "31480 SAINT-PAUL-SUR-SAVE"},
		"one endless word": {strings.Repeat("X", 80), "31600 MURET"},
		"six long lines":   slices.Repeat([]string{strings.Repeat("Résidence des Mimosas ", 5)}, 6),
	} {
		m := exemple()
		m.Adresse = adresse
		var lu []string
		for _, x := range mots(t, dessiner(t, m)) {
			if x.page != 1 || x.xMax < 90 || x.yMax < 34 || x.yMin > 90 {
				continue
			}
			lu = append(lu, x.texte)
			if x.xMin < 100 || x.xMax > 190 || x.yMin < 55 || x.yMax > 79 {
				t.Errorf("%s : %q sort de la fenêtre : x %.1f–%.1f, y %.1f–%.1f", nom, x.texte, x.xMin, x.xMax, x.yMin, x.yMax)
			}
		}
		if voulu := strings.Join(adresse, " "); strings.ReplaceAll(strings.Join(lu, ""), " ", "") != strings.ReplaceAll(voulu, " ", "") {
			t.Errorf("%s : la fenêtre montre %q, voulu %q", nom, lu, voulu)
		}
	}
}

func TestNothingLeavesThePage(t *testing.T) {
	t.Parallel()
	m := huitCommunes()
	m.Service.Nom = strings.Repeat("Office public de l’habitat ", 6)
	for _, x := range mots(t, dessiner(t, m)) {
		if x.xMin < margeGauche-0.5 || x.xMax > largeurPage-margeDroite+0.5 || x.yMin < 10 || x.yMax > piedPage+1 {
			t.Errorf("page %d : %q est en x %.1f–%.1f, y %.1f–%.1f", x.page, x.texte, x.xMin, x.xMax, x.yMin, x.yMax)
		}
	}
}

func TestNamesFromElsewhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ nom, lu string }{
		{"Łukasz KOWALCZYK", "Łukasz KOWALCZYK"},
		{"NGUYỄN Thị Hương", "NGUYỄN Thị Hương"},
		{"Đorđe ŠEŠELJ", "Đorđe ŠEŠELJ"},
		{"Ştefan ȚEPEȘ", "Ştefan ȚEPEȘ"},
		{"Işıl ÇAĞLAYAN", "Işıl ÇAĞLAYAN"},
		{"Þóra ÆGISDÓTTIR", "Þóra ÆGISDÓTTIR"},
		{"Ελένη Олена", "Ελένη Олена"},
		{"Cœur L’HERMITTE-D'ŒUVRE", "Cœur L’HERMITTE-D'ŒUVRE"},
		{"E\u0301lodie", "Élodie"}, // typed as two characters
		{"Ḥasan Ṭāhā", "Hasan Tāhā"},
		{"😀 李 Anna", "? ? Anna"},
		{"Anne\tMarie\nLouise\x00Rose", "Anne Marie Louise Rose"},
		{`<b>&; "' \(x) %s`, `<b>&; "' \(x) %s`},
		{"{nb} {total}", "{nb} {total}"},
	} {
		m := exemple()
		m.Demandeur = c.nom
		if lu := lire(t, dessiner(t, m)); !strings.Contains(lu, "Demandeur "+c.lu+" Co-titulaire") {
			t.Errorf("%q : lu %q", c.nom, lu[strings.Index(lu, "Demandeur"):][:80])
		}
	}
}

func TestEachLetterOfARunNumbersItsPages(t *testing.T) {
	t.Parallel()
	longue, courte := huitCommunes(), exemple()
	courte.NumeroUnique = "0310411001857G1104"
	lu := lire(t, dessiner(t, longue, courte))
	mots := mots(t, dessiner(t, longue))
	n := mots[len(mots)-1].page
	for _, s := range []string{"031 04 11 001857 G1104", "page 1 sur 3", "page 3 sur 3", fmt.Sprintf("page 1 sur %d", n), fmt.Sprintf("page %d sur %d", n, n)} {
		if !strings.Contains(lu, s) {
			t.Errorf("%q manque", s)
		}
	}
	if err := AttestationsPDF(&bytes.Buffer{}, nil); err == nil {
		t.Error("un fichier vide est produit")
	}
}

func BenchmarkAttestation(b *testing.B) {
	m := exemple()
	for b.Loop() {
		var w bytes.Buffer
		if err := AttestationPDF(&w, m); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(w.Len()), "octets")
	}
}

// TestBarCodeIsPrinted compares the ink on the page with the modules of the
// code, sampled in the middle of each.
func TestBarCodeIsPrinted(t *testing.T) {
	t.Parallel()
	for _, numero := range []string{"031041100185611054", "0310411001856G1104", "02A0410000000GMWMW"} {
		m := exemple()
		m.NumeroUnique = numero
		f := filepath.Join(t.TempDir(), "a.pdf")
		if err := os.WriteFile(f, dessiner(t, m), 0o600); err != nil {
			t.Fatal(err)
		}
		pgm, err := exec.Command("pdftoppm", "-gray", "-r", "254", "-f", "1", "-l", "1", f).Output() // 10 pixels a mm
		if err != nil {
			t.Fatalf("pdftoppm (paquet poppler-utils) : %v", err)
		}
		var largeur, hauteur, blanc int
		if _, err := fmt.Sscanf(string(pgm), "P5\n%d %d\n%d\n", &largeur, &hauteur, &blanc); err != nil {
			t.Fatal(err)
		}
		ligne := pgm[len(pgm)-largeur*hauteur:][int((cadreY+8)*10)*largeur:][:largeur]
		code, err := code128.Encode(numero)
		if err != nil {
			t.Fatal(err)
		}
		n := code.Bounds().Dx()
		debut := largeurPage - margeDroite - 5 - float64(n)*module
		for _, x := range mots(t, dessiner(t, m)) {
			if x.page == 1 && x.xMin < debut && x.yMin > cadreY && x.yMax < cadreY+cadreH && x.xMax > debut-4 {
				t.Errorf("%s : %q touche le code-barres, qui commence à %.1f mm", numero, x.texte, debut)
			}
		}
		for i := range n {
			x := debut + (float64(i)+0.5)*module
			if encre := ligne[int(x*10)] < 128; encre != noir(code.At(i, 0)) {
				t.Fatalf("%s : module %d mal imprimé", numero, i)
			}
		}
	}
}
