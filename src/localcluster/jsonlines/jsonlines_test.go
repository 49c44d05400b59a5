package jsonlines

import (
	"errors"
	"strings"
	"testing"
)

type question struct {
	Number int `json:"number"`
}

type answer struct {
	Square int `json:"square"`
}

func TestEachQuestionIsAnsweredInItsOrder(t *testing.T) {
	for _, c := range []struct{ in, out, failure string }{
		{"", "", ""},
		{`{"number": 2}` + "\n" + `{"number": 3}`, `{"square":4}` + "\n" + `{"square":9}` + "\n", ""},
		// No newline is needed between two.
		{`{"number": 2}{"number": 3}`, `{"square":4}` + "\n" + `{"square":9}` + "\n", ""},
		// What was answered before is not lost.
		{`{"number": 2} {"number": -1} {"number": 3}`, `{"square":4}` + "\n", "negative"},
		{`{"number": 2} {"number": "two"}`, `{"square":4}` + "\n", "cannot unmarshal string"},
		{`{"number": 2} {"numb`, `{"square":4}` + "\n", "unexpected EOF"},
	} {
		var out strings.Builder
		err := Answer(strings.NewReader(c.in), &out, square)
		if out.String() != c.out {
			t.Errorf("%q: %q", c.in, out.String())
		}
		if c.failure == "" && err != nil || c.failure != "" && (err == nil || !strings.Contains(err.Error(), c.failure)) {
			t.Errorf("%q: %v", c.in, err)
		}
	}
}

func square(q question) (answer, error) {
	if q.Number < 0 {
		return answer{}, errors.New("negative")
	}
	return answer{q.Number * q.Number}, nil
}
