package office

import "time"

// Shown is an account as an administrator's commands see it: no password, no link.
type Shown struct {
	Name  string `json:"name"`
	Role  Role   `json:"role"`
	State string `json:"state"` // ready, invited, or stale: its link ran out
}

// Listed is everybody.
type Listed struct {
	Accounts []Shown `json:"accounts"`
}

// Invitation is a link, to be read once.
type Invitation struct {
	Name string `json:"name"`
	Role Role   `json:"role"`
	Link string `json:"link"`
}

// Gone is an account that was removed.
type Gone struct {
	Name string `json:"name"`
}

// List shows accounts.
func List(all []Account) Listed {
	out := Listed{Accounts: make([]Shown, 0, len(all))}
	for _, a := range all {
		s := Shown{Name: a.Name, Role: a.Role, State: "stale"}
		if a.Ready() {
			s.State = "ready"
		} else if a.Invited(time.Now()) {
			s.State = "invited"
		}
		out.Accounts = append(out.Accounts, s)
	}
	return out
}
