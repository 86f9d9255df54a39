package administration

import (
	"context"
	"fmt"
	"slices"

	"imhoweb/internal/habilitations"
	"imhoweb/internal/platform/fault"
	"imhoweb/internal/platform/pg"
)

// Preferences are how an agent likes its screens (R-MEN-19).
type Preferences struct {
	Densite string // compacte, normale, aeree
	Theme   string // light, dark
	ParPage int    // lines of a list
}

// ParDefaut are the preferences of a new account.
var ParDefaut = Preferences{Densite: "compacte", Theme: "light", ParPage: 50}

// Values offered, in the order of the screen.
var (
	Densites = []string{"compacte", "normale", "aeree"}
	Themes   = []string{"light", "dark"}
	ParPages = []int{25, 50, 100, 200}
)

// Validate gives one message per field outside the values offered.
func (p Preferences) Validate() error {
	var f fault.Fields
	if !slices.Contains(Densites, p.Densite) {
		f.Add("densite", "Choisissez une densité dans la liste.")
	}
	if !slices.Contains(Themes, p.Theme) {
		f.Add("theme", "Choisissez un thème dans la liste.")
	}
	if !slices.Contains(ParPages, p.ParPage) {
		f.Add("par_page", "Choisissez un nombre de lignes dans la liste.")
	}
	return f.Err()
}

const enregistrerPreferencesSQL = `
update utilisateurs
set densite = @densite, theme = @theme, par_page = @par_page
where id = @utilisateur`

// EnregistrerPreferences stores the preferences of the agent itself.
func EnregistrerPreferences(ctx context.Context, db pg.DB, s habilitations.Session, p Preferences) error {
	if err := p.Validate(); err != nil {
		return err
	}
	_, err := db.Exec(ctx, enregistrerPreferencesSQL, pg.Args{
		"densite": p.Densite, "theme": p.Theme, "par_page": p.ParPage, "utilisateur": s.Utilisateur,
	})
	if err != nil {
		return fmt.Errorf("preferences: %w", err)
	}
	return nil
}
