package access

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"imhoweb/internal/administration"
	"imhoweb/web/page"
)

// When a session ends under somebody who types, the form still arrives. It is
// kept two hours, encrypted, for the same agent, under a token in a cookie
// that only the dossier receives; the screen of the dossier takes it back
// (Reprise) after the login.

// cookieSaisie carries the token of a suspended form.
const cookieSaisie = "imhoweb_saisie"

// cookieFermee names, to the dossiers only, the session that the agent closed:
// the browser has dropped its cookie by then. It holds the digest of the
// token, which opens no session: it only tells for whom to keep a form.
const cookieFermee = "imhoweb_fermee"

// prefixeSaisie bounds what is kept: the dossiers.
const prefixeSaisie = "/demandes/"

// Suspendre keeps values sent to chemin for an agent, and gives their token.
func (a *Acces) Suspendre(ctx context.Context, utilisateur int64, chemin string, valeurs url.Values) (string, error) {
	jeton := rand.Text()
	cle := empreinte(jeton)
	scelle, err := a.sceller(usageSaisie(cle, utilisateur), valeurs)
	if err != nil {
		return "", err
	}
	err = administration.Suspendre(ctx, a.config.DB, administration.Suspendue{
		Jeton: cle, Utilisateur: utilisateur, Chemin: chemin, Valeurs: scelle,
	})
	return jeton, err
}

// Reprendre gives back the values kept under a token to the same agent, once.
func (a *Acces) Reprendre(ctx context.Context, jeton string, utilisateur int64) (chemin string, valeurs url.Values, ok bool) {
	s, ok, err := administration.Reprendre(ctx, a.config.DB, empreinte(jeton), utilisateur)
	if err == nil && ok {
		err = a.ouvrirScelle(usageSaisie(s.Jeton, utilisateur), s.Valeurs, &valeurs)
	}
	if err != nil { // the dossier opens without them
		slog.ErrorContext(ctx, "saisie suspendue illisible", "erreur", err, "reference", page.SuiviDe(ctx).Reference)
		return "", nil, false
	}
	return s.Chemin, valeurs, ok
}

// Reprise is Reprendre for the screen of a dossier: it finds the token in the
// request and forgets it. The path is that of the act that was sent.
func (a *Acces) Reprise(w http.ResponseWriter, r *http.Request) (chemin string, valeurs url.Values, ok bool) {
	c, err := r.Cookie(cookieSaisie)
	s := Session(r)
	if err != nil || s.Utilisateur == 0 {
		return "", nil, false
	}
	http.SetCookie(w, a.cookie(cookieSaisie, "", dossierDe(r.URL.Path), -1))
	return a.Reprendre(r.Context(), c.Value, s.Utilisateur)
}

// suspendreRequete keeps a form posted to a dossier by a session that is over;
// false when there is nothing to keep, or nobody to keep it for.
func (a *Acces) suspendreRequete(w http.ResponseWriter, r *http.Request) (bool, error) {
	sorte, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || sorte != "application/x-www-form-urlencoded" || !strings.HasPrefix(r.URL.Path, prefixeSaisie) {
		return false, nil
	}
	utilisateur, err := a.agentParti(r)
	if err != nil || utilisateur == 0 {
		return false, err
	}
	if err := r.ParseForm(); err != nil { // too large: refused as any other
		return false, err
	}
	jeton, err := a.Suspendre(r.Context(), utilisateur, r.URL.Path, r.PostForm)
	if err != nil {
		return false, err
	}
	http.SetCookie(w, a.cookie(cookieSaisie, jeton, dossierDe(r.URL.Path), int(administration.DureeSuspension.Seconds())))
	return true, nil
}

// agentParti gives the agent whose session is over: that of the cookie when it
// expired, that of cookieFermee when it was closed from another tab.
func (a *Acces) agentParti(r *http.Request) (int64, error) {
	var jetons []string
	if c, err := r.Cookie(Cookie); err == nil {
		jetons = append(jetons, empreinte(c.Value))
	}
	if c, err := r.Cookie(cookieFermee); err == nil {
		jetons = append(jetons, c.Value)
	}
	for _, jeton := range jetons {
		utilisateur, err := administration.AgentDe(r.Context(), a.config.DB, jeton)
		if err != nil || utilisateur != 0 {
			return utilisateur, err
		}
	}
	return 0, nil
}

func (a *Acces) cookie(nom, valeur, chemin string, age int) *http.Cookie {
	return &http.Cookie{
		Name: nom, Value: valeur, Path: chemin, MaxAge: age,
		HttpOnly: true, Secure: a.config.Securise, SameSite: http.SameSiteLaxMode,
	}
}

// dossierDe gives /demandes/x for any address under it.
func dossierDe(chemin string) string {
	numero, _, _ := strings.Cut(strings.TrimPrefix(chemin, prefixeSaisie), "/")
	return prefixeSaisie + url.PathEscape(numero)
}

func usageSaisie(cle string, utilisateur int64) string {
	return fmt.Sprintf("saisie %s %d", cle, utilisateur)
}
