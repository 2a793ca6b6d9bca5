package cmd

import (
	"goscan/cmd/config"
	"goscan/cmd/manual"
)

// helpConfig tells about goscan.yaml. The example is the reference: its test loads it with every key that there is.
func helpConfig() []manual.Passage {
	return []manual.Passage{
		{Text: `goscan.yaml says which bills to copy, where to, and who is told. The first of these is read:

  the file that --config or GOSCAN_CONFIG names
  ./goscan.yaml
  $XDG_CONFIG_HOME/goscan/goscan.yaml, else ~/.config/goscan/goscan.yaml
  /etc/goscan/goscan.yaml

"goscan config init" writes the file below, "goscan config validate" names every key that is wrong, and "goscan
config show" prints what the file means, secrets masked. A key that does not exist is an error. A few environment
variables win over the file: goscan help environment.`},
		{Title: "PATHS", Text: `Paths of the file are relative to its own folder, those of flags and variables to the working directory. ~/ is
the home folder.`},
		{Title: "SECRETS", Text: `A key that holds a secret (access_key, password, webhook_url, ...) has a twin that names a file with it instead:
access_key_file, password_file, webhook_url_file. Keep goscan.yaml to yourself (chmod 600) where it holds a
secret. No command prints one.`},
		{Title: "EXAMPLE", Text: `Keys behind a # are optional and show their default, or an example.`, Lines: config.Example()},
	}
}
