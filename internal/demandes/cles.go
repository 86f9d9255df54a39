package demandes

import (
	"strconv"
	"strings"
)

// SiretValide checks the 14 digits and the Luhn key of a SIRET. La Poste's
// establishments (SIREN 356000000) follow another rule: the sum of their digits
// is a multiple of 5.
func SiretValide(s string) bool {
	if len(s) != 14 || strings.Trim(s, "0123456789") != "" {
		return false
	}
	luhn, somme := 0, 0
	for i := range 14 {
		n := int(s[i] - '0')
		somme += n
		if i%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		luhn += n
	}
	return luhn%10 == 0 || strings.HasPrefix(s, "356000000") && somme%5 == 0
}

// NirValide checks the 13 characters and the key (97 minus the number modulo
// 97) of a social security number; Corsican departments 2A and 2B count as 19
// and 18.
func NirValide(s string) bool {
	if len(s) != 15 {
		return false
	}
	corps := s[:13]
	switch corps[5:7] {
	case "2A":
		corps = corps[:5] + "19" + corps[7:]
	case "2B":
		corps = corps[:5] + "18" + corps[7:]
	}
	if strings.Trim(corps, "0123456789") != "" {
		return false
	}
	n, err1 := strconv.ParseInt(corps, 10, 64)
	cle, err2 := strconv.ParseInt(s[13:], 10, 64)
	return err1 == nil && err2 == nil && strings.Trim(s[13:], "0123456789") == "" && cle == 97-n%97
}
