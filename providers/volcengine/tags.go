package volcengine

import (
	"encoding/json"
	"strings"
)

// tags parses the field Tag, a JSON object of arrays: {"team":["infra"]}. A text that is none gives no tags; it stays
// among the native fields, as every Tag does.
func tags(text string) map[string]string {
	var byKey map[string][]string
	if text == "" || json.Unmarshal([]byte(text), &byKey) != nil || len(byKey) == 0 {
		return nil
	}
	joined := make(map[string]string, len(byKey))
	for key, values := range byKey {
		joined[key] = strings.Join(values, ",")
	}
	return joined
}
