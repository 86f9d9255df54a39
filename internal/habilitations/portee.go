package habilitations

import "imhoweb/internal/platform/pg"

// voitNominatif applies CCH R441-2-6: the gestionnaire and the State for their
// mission; bailleurs that have dwellings in the département; collectivités and
// réservataires when they register demandes, as bailleurs must too; the others
// have statistics only.
func (s Session) voitNominatif() bool {
	switch s.TypeOrganisme {
	case Gestionnaire, Etat:
		return true
	case Bailleur:
		return s.Enregistreur && s.AvecParc
	case Collecteur, Departement, Epci, Commune:
		return s.Enregistreur
	}
	return false
}

// horsDePortee matches no row.
var horsDePortee = pg.Condition{SQL: "false"}

// Portee is the predicate on the alias d (demandes) of the rows on which the
// session may do the act. Drafts belong to the organisme that typed them.
// Without the droit, no row matches.
func (s Session) Portee(d Droit) pg.Condition {
	if !s.Peut(d) {
		return horsDePortee
	}
	c := s.territoire()
	if c.SQL == "false" {
		return c
	}
	c.SQL = "(" + c.SQL + ") and (d.statut <> 'BROUILLON' or d.organisme = @portee_organisme) and d.statut <> 'EFFACEE'"
	c.Args["portee_organisme"] = s.Organisme
	return c
}

// territoire bounds the rows by the organisme's perimeter (regles §12): the
// département for bailleurs, the State, the département, the réservataires and
// the gestionnaire; for an EPCI or a commune, the demandes that target its
// territory (a commune: also its EPCI's) or that it registered.
func (s Session) territoire() pg.Condition {
	switch s.TypeOrganisme {
	case Gestionnaire, Etat, Bailleur, Collecteur, Departement:
		return pg.Condition{
			SQL:  "d.departement = @portee_departement",
			Args: pg.Args{"portee_departement": s.Departement},
		}
	case Epci, Commune:
		dans := s.Territoire
		if s.TypeOrganisme == Commune && s.TerritoireSup != "" {
			dans = s.TerritoireSup
		}
		return pg.Condition{
			SQL: `d.departement = @portee_departement and (d.organisme = @portee_organisme
    or d.cibles @> array[(select pt.numero from territoires pt where pt.code = @portee_territoire)])`,
			Args: pg.Args{"portee_departement": s.Departement, "portee_territoire": dans},
		}
	}
	return horsDePortee
}
