// Package jsonlines answers questions of other programs: JSON lines in, JSON lines out.
package jsonlines

import (
	"encoding/json"
	"errors"
	"io"
)

// Answer answers questions in their order until there are no more of them, or one of them can't be
// answered.
func Answer[Q, A any](in io.Reader, out io.Writer, answer func(Q) (A, error)) error {
	questions, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var question Q
		if err := questions.Decode(&question); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		found, err := answer(question)
		if err != nil {
			return err
		}
		if err := answers.Encode(found); err != nil {
			return err
		}
	}
}
