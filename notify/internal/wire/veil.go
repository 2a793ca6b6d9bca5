package wire

import (
	"net/url"
	"slices"
	"strings"

	"goscan/notify"
)

const stars = "********"

// A veil hides secrets in texts of others.
type veil []string

// newVeil knows each secret as it is, and, if it is a URL, by the parts of it that are keys: the values of its query, its
// password, the end of its path and long elements before it. Shorter parts are words that texts would miss.
func newVeil(secrets []notify.Secret) veil {
	var v veil
	for _, s := range secrets {
		v = append(v, forms(s.Reveal())...)
	}
	v = slices.DeleteFunc(v, func(s string) bool { return len(s) < 4 })
	// The longest first: a key that is hidden inside a URL would leave the rest of the URL.
	slices.SortFunc(v, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(v)
}

func forms(s string) []string {
	all := []string{s, url.QueryEscape(s)}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return all
	}
	if u.Path != "" || u.RawQuery != "" {
		all = append(all, u.RequestURI())
	}
	for _, values := range u.Query() {
		for _, v := range values {
			if len(v) >= 6 {
				all = append(all, v, url.QueryEscape(v))
			}
		}
	}
	if password, ok := u.User.Password(); ok {
		all = append(all, password, url.QueryEscape(password), u.User.String())
	}
	elements := strings.Split(u.Path, "/")
	for i, e := range elements {
		if len(e) >= 12 || len(e) >= 8 && i == len(elements)-1 {
			all = append(all, e)
		}
	}
	return all
}

func (v veil) hide(s string) string {
	for _, secret := range v {
		s = strings.ReplaceAll(s, secret, stars)
	}
	return s
}
