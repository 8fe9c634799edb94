package board

import (
	"kasir/display"
	"kasir/display/qr"
)

// Limits between verdicts, in millimetres a module. Measured with simulated
// cameras: from 0.5 mm every phone reads from 20 to 30 cm, from 0.38 mm most do
// when they come to 15 cm.
const (
	comfortable = .5
	closeUp     = .38
)

// Verdict says how well customers can scan from a glass.
type Verdict string

// The verdicts.
const (
	Comfortable Verdict = "comfortable" // from 20 to 30 cm
	CloseUp     Verdict = "close-up"    // the phone must come to 15 cm
	Hard        Verdict = "hard"        // good phones only, at 10 cm
	Refused     Verdict = "refused"     // kasir run will not use it
	CashierOnly Verdict = "cashier"     // shows no codes at all
)

// Judge says how large the modules of a code of 273 characters come out on a
// glass, in millimetres, and what that means. The plan is that of the code;
// none of both where there is no room for one.
func (g Glass) Judge() (plan qr.Plan, module float64, v Verdict) {
	if g.Kind.Text {
		return plan, 0, CashierOnly
	}
	format := g.Format()
	plan, err := display.UsualCode(format)
	if err != nil {
		return qr.Plan{}, 0, Refused
	}
	module = float64(plan.Scale) * format.Pitch
	switch {
	case module >= comfortable-1e-9:
		v = Comfortable
	case module >= closeUp-1e-9:
		v = CloseUp
	case module >= qr.MinModule-1e-9:
		v = Hard
	default:
		v = Refused
	}
	return plan, module, v
}
