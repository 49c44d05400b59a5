// Package readiness asks what GitOps tools make of an object.
package readiness

import (
	"encoding/json"
	"fmt"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// Question is an object and what Argo CD is to check it by.
type Question struct {
	Object json.RawMessage `json:"object"`
	// Health is an Argo CD health check: a Lua script that reads obj and returns a table.
	Health string `json:"health"`
}

// Answer is what both tools say.
type Answer struct {
	Kstatus Judgement `json:"kstatus"`
	Argo    Judgement `json:"argo"`
}

// Judgement is a word of the tool's own, and a message for people.
type Judgement struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// Judge says what GitOps tools make of an object: kstatus (Flux, cli-utils) by its own library, and
// Argo CD by its Lua interpreter, called as in its util/lua/lua.go.
func Judge(question Question) (Answer, error) {
	// With whole numbers as int64, as the API machinery has them everywhere.
	var object map[string]any
	if err := utiljson.Unmarshal(question.Object, &object); err != nil {
		return Answer{}, err
	}
	result, err := status.Compute(&unstructured.Unstructured{Object: object})
	if err != nil {
		return Answer{}, err
	}
	health, err := argoHealth(question.Health, object)
	return Answer{Judgement{result.Status.String(), result.Message}, health}, err
}

func argoHealth(check string, object map[string]any) (Judgement, error) {
	// With as few libraries as Argo CD gives a check by default, and without its harmless part of os.
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{{lua.LoadLibName, lua.OpenPackage}, {lua.BaseLibName, lua.OpenBase}, {lua.TabLibName, lua.OpenTable}} {
		call := lua.P{Fn: state.NewFunction(library.open), Protect: true}
		if err := state.CallByParam(call, lua.LString(library.name)); err != nil {
			return Judgement{}, err
		}
	}
	state.SetGlobal("obj", luaValue(state, object))
	if err := state.DoString(check); err != nil {
		return Judgement{}, err
	}
	table, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return Judgement{}, fmt.Errorf("the health check returns a %s", state.Get(-1).Type())
	}
	return Judgement{lua.LVAsString(table.RawGetString("status")), lua.LVAsString(table.RawGetString("message"))}, nil
}

// luaValue is JSON as Argo CD hands it to a script.
func luaValue(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case int64:
		return lua.LNumber(value)
	case float64:
		return lua.LNumber(value)
	case string:
		return lua.LString(value)
	case []any:
		table := state.CreateTable(len(value), 0)
		for _, item := range value {
			table.Append(luaValue(state, item))
		}
		return table
	case map[string]any:
		table := state.CreateTable(0, len(value))
		for key, item := range value {
			table.RawSetString(key, luaValue(state, item))
		}
		return table
	default:
		return lua.LNil
	}
}
