package volcengine

import "goscan/providers/internal/row"

// tags parses the field Tag, a JSON object of arrays: {"team":["infra"]}. A text that is none gives no tags; it stays
// among the native fields, as every Tag does.
func tags(text string) map[string]string {
	joined, ok := row.Texts(text, ",")
	if !ok || len(joined) == 0 {
		return nil
	}
	return joined
}
