package access

import "strings"

// navigateurs and systemes are looked for in that order: what comes first also
// names what follows.
var (
	navigateurs = [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systemes    = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}}
)

// navigateur says in a few words what a request comes from: enough for its
// owner, too little to follow anybody.
func navigateur(agent string) string {
	trouver := func(l [][2]string) string {
		for _, x := range l {
			if strings.Contains(agent, x[0]) {
				return x[1]
			}
		}
		return ""
	}
	n, s := trouver(navigateurs), trouver(systemes)
	switch {
	case n == "" && s == "":
		return "Navigateur inconnu"
	case n == "":
		return s
	case s == "":
		return n
	}
	return n + " sur " + s
}
