// Package modes is for a program that is several programs.
package modes

import (
	"fmt"
	"os"
	"path/filepath"
)

// Table has the programs in one by their names. A mode returns the exit code.
type Table map[string]func(args []string) int

// Choose finds the mode by the name that the program is called by (a link named kubectl is kubectl),
// else by the first argument. What it returns are the arguments with the mode's name before them.
func (t Table) Choose(args []string) (chosen []string, known bool) {
	name, rest := filepath.Base(args[0]), args[1:]
	if _, known = t[name]; !known && len(rest) > 0 {
		name, rest = rest[0], rest[1:]
		_, known = t[name]
	}
	return append([]string{name}, rest...), known
}

// Run runs the chosen mode and ends the program.
func (t Table) Run(usage string) {
	chosen, known := t.Choose(os.Args)
	if !known {
		os.Exit(Misused(usage))
	}
	// The commands of Kubernetes read os.Args by themselves.
	os.Args = chosen
	os.Exit(t[chosen[0]](chosen[1:]))
}

// Misused says how a program is used, and returns the exit code.
func Misused(usage string) int {
	fmt.Fprint(os.Stderr, usage)
	return 2
}

// ExitCode says what went wrong, and returns the exit code.
func ExitCode(program string, err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, program+":", err)
		return 1
	}
	return 0
}
