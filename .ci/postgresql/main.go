// Command postgresql makes sure that a PostgreSQL server is installed, the same
// way as `imhoweb dev` does.
package main

import (
	"context"
	"fmt"
	"os"

	"imhoweb/internal/platform/pg/cluster"
)

func main() {
	err := cluster.Installer(context.Background(), func(phrase string) { fmt.Fprintln(os.Stderr, phrase) })
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
