package cmd_test

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kasir/terminal"
)

// What is seen and heard, in the words of plays.

// describe is a view in words: the screen and what stands on it.
func describe(v terminal.View) string {
	if v.Screen == nil {
		return "dark"
	}
	var b strings.Builder
	b.WriteString(v.Screen.Name())
	for _, f := range fields(v.Screen) {
		if f.name != "qr" && f.name != "url" && f.value != "0" && f.value != "none" && f.value != "false" {
			b.WriteString(" " + f.name + "=" + f.value)
		}
	}
	return b.String()
}

// field is one thing on a screen, by its name in lower case.
type field struct{ name, value string }

func fields(of any) []field {
	v := reflect.ValueOf(of)
	var all []field
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			all = append(all, field{strings.ToLower(f.Name), word(v.Field(i).Interface())})
		}
	}
	return all
}

// word is a value as plays write it.
func word(x any) string {
	switch x := x.(type) {
	case terminal.Rupiah:
		return strconv.FormatInt(int64(x), 10)
	case terminal.OrderID:
		if n, ok := x.Number(shop); ok {
			return strconv.FormatInt(n, 10)
		}
	case terminal.Refusal:
		return [...]string{"none", "zero", "too-much", "too-little", "too-many-open", "phone", "code"}[x]
	case terminal.Doubt:
		return [...]string{"countdown", "cancel", "lost", "silence"}[x]
	case terminal.Payer:
		if !x.Linked() {
			return "none"
		}
		return x.Masked
	case terminal.Lang:
		return [...]string{"id", "en"}[x]
	case time.Duration:
		return x.String()
	}
	if text := fmt.Sprint(x); text != "" {
		return text
	}
	return "none"
}

// matches compares a view with what a play wants to see: the screen's name,
// then name=value of things on it or on the strip.
func matches(v terminal.View, lit bool, screen string, want []field) error {
	if !lit {
		if screen == "dark" {
			return nil
		}
		return fmt.Errorf("got dark, want %s", screen)
	}
	if got := v.Screen.Name(); got != screen {
		return fmt.Errorf("got %s, want %s", describe(v), screen)
	}
	has := append(fields(v.Screen), fields(v.Strip)...)
	for _, w := range want {
		i := slices.IndexFunc(has, func(f field) bool { return f.name == w.name })
		if i < 0 {
			return fmt.Errorf("%s has no %s", screen, w.name)
		}
		if has[i].value != w.value {
			return fmt.Errorf("got %s=%s, want %s (%s)", w.name, has[i].value, w.value, describe(v))
		}
	}
	return nil
}

// ears hear the speaker. Key clicks are not listened to.
type ears struct {
	mu    sync.Mutex
	stage *stage
	heard []string
}

// Play implements terminal.Speaker.
func (e *ears) Play(snd terminal.Sound, _ terminal.Lang) {
	if snd.Tone == terminal.ToneKey {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, snd.Tone.String())
	e.stage.story.say("speaker", "%s", snd.Tone)
}

// since is what was heard since it was last asked.
func (e *ears) since() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	heard := e.heard
	e.heard = nil
	return heard
}
