package config

// Expand is expand, without the internal type of its result.
func Expand(text string, getenv func(string) string) (result string, literal bool, err error) {
	e, err := expand(text, getenv)
	return e.text, e.literal, err
}
