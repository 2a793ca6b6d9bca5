// Goscan copies cloud bills into ClickHouse and reports on them. Everything is in package cmd.
package main

import (
	"os"

	"goscan/cmd"
)

func main() { os.Exit(cmd.Main()) }
