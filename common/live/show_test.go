package live

import "testing"

// Who has heard of the model can try it: it is there before it is told of.
func TestShownBeforeTold(t *testing.T) {
	v := xorView(xorNet(t))
	p := idle(t.Context())
	p.hub.lock.Lock() // nobody can be told
	showed := make(chan error)
	go func() { showed <- p.Show(v) }()
	until(t, "there before it is told of", func() bool { return p.view.Load() != nil })
	p.hub.lock.Unlock()
	if err := <-showed; err != nil {
		t.Error(err)
	}
}
