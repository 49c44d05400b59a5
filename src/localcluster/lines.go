package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
)

// answerLines answers questions until there are no more of them: JSON lines in, JSON lines out.
func answerLines[Q, A any](answer func(Q) (A, error)) int {
	questions, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var question Q
		if err := questions.Decode(&question); errors.Is(err, io.EOF) {
			return 0
		} else if err != nil {
			return exitCode(err)
		}
		found, err := answer(question)
		if err != nil {
			return exitCode(err)
		}
		if err := answers.Encode(found); err != nil {
			return exitCode(err)
		}
	}
}
