package terminal

// hold1 says that digit 1 is held down; those of the others follow. They come
// after the digit's own press, while it is still down.
const hold1 Key = '①'

// Hold is the key that says that k is held down; ok is false for all but 1 to 9.
func Hold(k Key) (held Key, ok bool) {
	d, digit := k.Digit()
	if !digit || d == 0 {
		return 0, false
	}
	return hold1 + Key(d-1), true
}

// Held is the digit that k says is held down.
func (k Key) Held() (d Rupiah, ok bool) {
	if k < hold1 || k > hold1+8 {
		return 0, false
	}
	return Rupiah(k-hold1) + 1, true
}

// hold makes a quick amount of a digit that is the whole amount so far. Held
// anywhere else, or without an amount of its own, a key is what its press was.
func (t *turn) hold(d Rupiah) {
	e, ok := t.Screen.(Entering)
	quick := t.Config.Quick[d]
	if !ok || quick == 0 || e.Amount != d || e.Sum+quick > maxKeyed {
		return
	}
	e.Amount = quick
	t.sound(ToneKey, 0)
	t.show(t.Config.judged(e))
}
