package live

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

// text returns the events that take returns, as strings.
func (h *hub) text(v *viewer) []string {
	var all []string
	for _, event := range h.take(v) {
		all = append(all, string(event))
	}
	return all
}

// A late viewer receives the model before the pictures, and the status last.
func TestLateViewer(t *testing.T) {
	var h hub
	h.init()
	keys := []string{"1 model", "2 picture 00", "2 picture 02", "2 picture 10", "3 status"}
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(len(keys)) {
		h.publish(keys[i], []byte(keys[i]))
	}
	late, _ := h.join()
	if got := h.text(late); !reflect.DeepEqual(got, keys) {
		t.Errorf("%q, want %q", got, keys)
	}
}

// In any order of publish and take, a viewer receives the newest event of each key in the end, no event twice and none
// older than one before; its queue has each key at most once.
func TestNewestOfEachKind(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var h hub
		h.init()
		v, _ := h.join()
		published, got := make([]int, 5), make([]int, 5) // newest number of each key; 0: none
		take := func() {
			for _, event := range h.text(v) {
				var kind, number int
				if _, err := fmt.Sscanf(event, "%d %d", &kind, &number); err != nil {
					t.Fatal(err)
				}
				if number <= got[kind] {
					t.Fatalf("kind %d: number %d after number %d", kind, number, got[kind])
				}
				got[kind] = number
			}
		}
		for i := range random.IntN(100) {
			if random.IntN(4) == 0 {
				take()
				continue
			}
			kind := random.IntN(len(published))
			published[kind] = i + 1
			h.publish(fmt.Sprint(kind), fmt.Appendf(nil, "%d %d", kind, i+1))
			if len(v.waiting) > len(published) || len(v.wake) != 1 {
				t.Fatalf("%d events wait, %d wakes, want at most %d, 1", len(v.waiting), len(v.wake), len(published))
			}
		}
		if take(); !reflect.DeepEqual(got, published) {
			t.Fatalf("got %v, published %v", got, published)
		}
		if more := h.text(v); more != nil {
			t.Fatalf("and then %q, want nothing", more)
		}
	}
}

// An event has one line of data for any text.
func TestEventLines(t *testing.T) {
	got := string(event("status", map[string]string{"message": "no\r\nroom\n\ndata: x\u2028é"}))
	want := "event: status\ndata: {\"message\":\"no\\r\\nroom\\n\\ndata: x\\u2028é\"}\n\n"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
