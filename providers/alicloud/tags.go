package alicloud

import (
	"maps"
	"slices"
	"strings"
)

const (
	tagKey       = "key:"
	tagValue     = " value:"
	tagSeparator = "; "
)

// tags parses the field Tag: "key:team value:infra; key:env value:prod". Values may hold spaces, colons and semicolons:
// a tag ends only where a semicolon is followed by the next "key:". Several values of a key are joined by ",". A text
// that is no such list gives no tags.
func tags(text string) map[string]string {
	if text == "" {
		return nil
	}
	parsed := map[string]string{}
	for text != "" {
		var one string
		one, text = cutTag(text)
		key, value, ok := strings.Cut(strings.TrimPrefix(one, tagKey), tagValue)
		if !ok || key == "" || !strings.HasPrefix(one, tagKey) {
			return nil
		}
		if earlier, twice := parsed[key]; twice {
			value = earlier + "," + value
		}
		parsed[key] = value
	}
	return parsed
}

// cutTag returns the first tag of a list, and the rest.
func cutTag(text string) (one, rest string) {
	for i := 0; i < len(text); i++ {
		if text[i] != ';' {
			continue
		}
		if next := strings.TrimLeft(text[i+1:], " "); next == "" || strings.HasPrefix(next, tagKey) {
			return text[:i], next
		}
	}
	return text, ""
}

// tagText writes tags as the cloud does, in the order of their keys: the text that a column of tags gives back.
func tagText(tags map[string]string) string {
	parts := make([]string, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		parts = append(parts, tagKey+key+tagValue+tags[key])
	}
	return strings.Join(parts, tagSeparator)
}
