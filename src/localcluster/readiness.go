package main

import (
	"encoding/json"
	"fmt"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

type readinessQuestion struct {
	Object json.RawMessage `json:"object"`
	// Health is an Argo CD health check: a Lua script that reads obj and returns a table.
	Health string `json:"health"`
}

type readinessAnswer struct {
	Kstatus judgement `json:"kstatus"`
	Argo    judgement `json:"argo"`
}

type judgement struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// readiness answers, line by line, what GitOps tools make of an object: kstatus (Flux, cli-utils)
// by its own library, and Argo CD by its Lua interpreter, called as in its util/lua/lua.go.
func readiness([]string) int {
	return answerLines(judge)
}

func judge(question readinessQuestion) (readinessAnswer, error) {
	// With whole numbers as int64, as the API machinery has them everywhere.
	var object map[string]any
	if err := utiljson.Unmarshal(question.Object, &object); err != nil {
		return readinessAnswer{}, err
	}
	result, err := status.Compute(&unstructured.Unstructured{Object: object})
	if err != nil {
		return readinessAnswer{}, err
	}
	health, err := argoHealth(question.Health, object)
	return readinessAnswer{judgement{result.Status.String(), result.Message}, health}, err
}

func argoHealth(check string, object map[string]any) (judgement, error) {
	// With as few libraries as Argo CD gives a check by default, and without its harmless part of os.
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{{lua.LoadLibName, lua.OpenPackage}, {lua.BaseLibName, lua.OpenBase}, {lua.TabLibName, lua.OpenTable}} {
		call := lua.P{Fn: state.NewFunction(library.open), Protect: true}
		if err := state.CallByParam(call, lua.LString(library.name)); err != nil {
			return judgement{}, err
		}
	}
	state.SetGlobal("obj", luaValue(state, object))
	if err := state.DoString(check); err != nil {
		return judgement{}, err
	}
	table, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return judgement{}, fmt.Errorf("the health check returns a %s", state.Get(-1).Type())
	}
	return judgement{lua.LVAsString(table.RawGetString("status")), lua.LVAsString(table.RawGetString("message"))}, nil
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
