package readiness

import (
	"encoding/json"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

const ready = `{"apiVersion": "regcred.dev/v1alpha1", "kind": "Registry", "metadata": {"name": "a", "generation": 2},
  "status": {"observedGeneration": 2, "conditions": [{"type": "Ready", "status": "True", "message": "fine"}]}}`

const check = `health = {status = "Progressing", message = "not yet"}
if obj.status.observedGeneration == obj.metadata.generation then
  health.status = "Healthy"
  health.message = obj.status.conditions[1].message
end
return health`

func TestBothToolsAreAsked(t *testing.T) {
	for _, c := range []struct{ object, kstatus, argo, message string }{
		{ready, "Current", "Healthy", "fine"},
		{strings.Replace(ready, `"generation": 2`, `"generation": 3`, 1), "InProgress", "Progressing", "not yet"},
		{strings.Replace(ready, `"name": "a",`, `"name": "a", "deletionTimestamp": "2026-01-01T00:00:00Z",`, 1), "Terminating", "Healthy", "fine"},
	} {
		answer, err := Judge(Question{json.RawMessage(c.object), check})
		if err != nil {
			t.Errorf("%s: %v", c.object, err)
		}
		if answer.Kstatus.Status != c.kstatus || answer.Argo != (Judgement{c.argo, c.message}) {
			t.Errorf("%s: %+v", c.object, answer)
		}
	}
}

func TestAQuestionThatCannotBeAnsweredIsAnError(t *testing.T) {
	for _, c := range []struct{ object, check, reason string }{
		{`{"kind": `, check, "unexpected end"},
		{ready, `return "Healthy"`, "returns a string"},
		{ready, `return`, "returns a nil"},
		{ready, `nonsense(`, "syntax error"},
		{ready, `return {status = obj.status.nothing.there}`, "attempt to index"},
		// Argo CD gives a check neither files nor processes.
		{ready, `return {status = io.read()}`, "attempt to index"},
		{ready, `return {status = os.getenv("HOME")}`, "attempt to index"},
	} {
		if _, err := Judge(Question{json.RawMessage(c.object), c.check}); err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v", c.check, err)
		}
	}
}

func TestAScriptSeesJSONAsItIs(t *testing.T) {
	object := map[string]any{
		"text": "a", "whole": int64(1 << 40), "fraction": 1.5, "yes": true, "no": false, "none": nil,
		"list": []any{"first", int64(2), nil}, "map": map[string]any{"inner": []any{map[string]any{"x": "y"}}},
	}
	for _, c := range []struct{ expression, value string }{
		{`obj.text`, "a"},
		{`string.format and "string" or "no string library"`, "attempt"},
		{`obj.whole == 1099511627776`, "true"},
		{`obj.fraction * 2`, "3"},
		{`type(obj.yes) .. tostring(obj.yes) .. tostring(obj.no)`, "booleantruefalse"},
		{`obj.none`, "nil"},
		{`obj.missing`, "nil"},
		{`obj.list[1] .. obj.list[2]`, "first2"},
		{`#obj.list`, "2"},
		{`obj.map.inner[1].x`, "y"},
	} {
		if value := evaluate(object, c.expression); !strings.Contains(value, c.value) {
			t.Errorf("%s: %s", c.expression, value)
		}
	}
}

// evaluate is what an expression is to a script, or why it is nothing.
func evaluate(object map[string]any, expression string) string {
	health, err := argoHealth("return {status = tostring("+expression+")}", object)
	if err != nil {
		return err.Error()
	}
	return health.Status
}

func TestWhatIsNoJSONIsNothing(t *testing.T) {
	state := lua.NewState()
	defer state.Close()
	if value := luaValue(state, struct{}{}); value != lua.LNil {
		t.Errorf("it is %s", value)
	}
}
