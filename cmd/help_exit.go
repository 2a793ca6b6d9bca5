package cmd

import (
	"strconv"
	"strings"

	"goscan/cmd/manual"
)

// exitCodes are all of them, in the order of their numbers.
func exitCodes() []exitCode {
	return []exitCode{
		exitDone, exitFailed, exitUsage, exitPartly, exitUnreconciled, exitStale, exitUndelivered, exitStore, exitLocked, exitDenied, exitInterrupted,
	}
}

func helpExitCodes() []manual.Passage {
	var terms []manual.Term
	for _, c := range exitCodes() {
		terms = append(terms, manual.Term{Name: strconv.Itoa(int(c)), Text: upperFirst(c.meaning()) + ". " + c.advice()})
	}
	return []manual.Passage{
		{Text: `Every command ends with one of these codes, for schedulers to branch on. The end of a command's help lists
the codes that it can end with. The reason is on stderr: one line for each thing that failed and a hint where
there is one.`},
		{Title: "EXIT STATUS", Terms: terms},
		{Title: "SEVERAL CAUSES", Text: `The first that holds wins: 2, 11, 10, 130; then 3 if something was stored or up to date and something else
failed; if everything failed, 12 when the clouds denied all of it, else 1; then 4, then 6. --json lists all of
the causes.`},
	}
}

func upperFirst(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// advice is what a scheduler, or who looks after it, does about a code.
func (c exitCode) advice() string {
	switch c {
	case exitDone:
		return "A day that the cloud has not issued yet is no failure: the next run fetches it."
	case exitFailed:
		return "What was stored stays. The next run fetches what is missing; if it fails in the same way, run goscan doctor."
	case exitUsage:
		return "Trying again does not help: the line on stderr names the flag or the key, goscan config validate all keys that are wrong."
	case exitPartly:
		return "The bills that failed keep their old lines and are fetched by the next run."
	case exitUnreconciled:
		return "Read goscan verify. It stays so until the cloud's overview and the lines agree, or goscan verify --accept records why they do not."
	case exitStale:
		return "Of goscan status --max-age. See when the sync ran last: goscan status --runs."
	case exitUndelivered:
		return "The message waits in the outbox and the next run sends it, while it is of use: goscan notify outbox."
	case exitStore:
		return "Run goscan doctor. After an upgrade of goscan: goscan schema migrate."
	case exitLocked:
		return "Nothing was done and nothing is wrong, unless runs are too close together. --lock-wait 5m waits for the other one."
	case exitDenied:
		return "Trying again does not help: grant the permission that the line names, or renew the keys."
	case exitInterrupted:
		return "Run it again when you like."
	}
	return ""
}
