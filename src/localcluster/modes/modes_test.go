package modes

import (
	"errors"
	"slices"
	"testing"
)

func TestTheModeIsTheNameOfTheProgramElseTheFirstArgument(t *testing.T) {
	mode := func([]string) int { return 0 }
	table := Table{"kubectl": mode, "up": mode}
	for _, c := range []struct {
		called string
		args   []string
		chosen []string
		known  bool
	}{
		{"kubecp", []string{"up"}, []string{"up"}, true},
		{"kubecp", []string{"kubectl", "get", "up"}, []string{"kubectl", "get", "up"}, true},
		{"/usr/bin/kubectl", []string{"get", "pods"}, []string{"kubectl", "get", "pods"}, true},
		{"/usr/bin/kubectl", nil, []string{"kubectl"}, true},
		// A link named kubectl is kubectl, whatever follows.
		{"kubectl", []string{"up"}, []string{"kubectl", "up"}, true},
		{"kubecp", []string{"down"}, nil, false},
		{"kubecp", nil, nil, false},
		{"kubecp", []string{"--help"}, nil, false},
	} {
		chosen, known := table.Choose(append([]string{c.called}, c.args...))
		if known != c.known || known && !slices.Equal(chosen, c.chosen) {
			t.Errorf("%s %q: %q, %t", c.called, c.args, chosen, known)
		}
	}
}

func TestExitCodesTellMisuseFromFailure(t *testing.T) {
	if code := ExitCode("kubecp", nil); code != 0 {
		t.Errorf("no error: %d", code)
	}
	if code := ExitCode("kubecp", errors.New("broken")); code != 1 {
		t.Errorf("an error: %d", code)
	}
	if code := Misused("usage: \n"); code != 2 {
		t.Errorf("misuse: %d", code)
	}
}
