package live

import "testing"

// Who has received the model can try it: the page has it first.
func TestModelIsThereBeforeItsEvent(t *testing.T) {
	v := xorView(xorNet(t))
	p := idle(t.Context())
	p.hub.lock.Lock() // no event can be published
	showed := make(chan error)
	go func() { showed <- p.Show(v) }()
	until(t, "there before its event", func() bool { return p.view.Load() != nil })
	p.hub.lock.Unlock()
	if err := <-showed; err != nil {
		t.Error(err)
	}
}
