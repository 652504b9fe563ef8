package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"testing"

	"gorgonia-lectures/common/dataset"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// With a hundred viewers, each of thousands of predictions gets its own answer, and memory does not grow.
func TestLoad(t *testing.T) {
	slow(t)
	net := xorNet(t)
	rows := make([][]float64, 100)
	for k := range rows {
		rows[k] = []float64{float64(k), 0.5}
	}
	data, err := dataset.Points(rows)
	if err != nil {
		t.Fatal(err)
	}
	y, err := net.Predict(data)
	if err != nil {
		t.Fatal(err)
	}
	want := model.Float64s(y)
	s := serve(t, xorView(net))
	var viewers sync.WaitGroup
	seen := make([]float64, maxStreams) // the speed in the newest status of each viewer
	for i := range maxStreams {
		w := s.watch(t)
		viewers.Go(func() {
			w.status(func(now status) bool {
				seen[i] = now.Speed
				return false
			})
		})
	}
	var inUse [2]uint64 // bytes after each round
	for round := range inUse {
		var visitors sync.WaitGroup
		for first := range 16 {
			visitors.Go(func() {
				for i := first; i < 2000; i += 16 {
					k := i % len(want)
					answer, text, err := s.try("POST", "/predict", fmt.Appendf(nil, `{"inputs": [%d, 0.5]}`, k))
					var got show.Answer
					if err == nil {
						err = json.Unmarshal([]byte(text), &got)
					}
					if err != nil || answer.StatusCode != http.StatusOK || got.Output == nil || *got.Output != want[k] {
						t.Errorf("question %d: %s (%v), want %v", i, text, err, want[k])
					}
					if i%100 == 0 {
						s.Read(show.Reading{}) // something new to draw
					}
				}
			})
		}
		visitors.Wait()
		runtime.GC()
		runtime.GC() // pools are emptied by the second one
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		inUse[round] = m.HeapAlloc
	}
	if inUse[1] > inUse[0]+2_000_000 {
		t.Errorf("%d bytes are in use after two rounds", inUse)
	}
	s.press(t, `{"action": "speed", "speed": 0.5}`)
	if n := s.hub.count(); n != maxStreams {
		t.Errorf("%d viewers are left of %d", n, maxStreams)
	}
	if err := s.Close(nil); err != nil {
		t.Error(err)
	}
	viewers.Wait()
	for i, speed := range seen {
		if speed != 0.5 {
			t.Errorf("viewer %d has last received the speed %g, want 0.5", i, speed)
		}
	}
}
