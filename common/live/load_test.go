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

// load asks 2,000 questions, 16 at a time, while the viewers get new pictures, and gives the memory in use after
// it. Each answer must be that of its own question.
func load(t *testing.T, s *site, want []float64) uint64 {
	t.Helper()
	questions := make(chan int)
	var visitors sync.WaitGroup
	for range 16 {
		visitors.Go(func() {
			for i := range questions {
				k := i % len(want)
				answer, text, err := s.try("POST", "/predict", fmt.Appendf(nil, `{"inputs": [%d, %g]}`, k, 0.5))
				var got show.Answer
				if err == nil {
					err = json.Unmarshal([]byte(text), &got)
				}
				if err != nil || answer.StatusCode != http.StatusOK || got.Output == nil || *got.Output != want[k] {
					t.Errorf("question %d: %s (%v), want %v", i, text, err, want[k])
				}
			}
		})
	}
	for i := range 2000 {
		if i%100 == 0 {
			s.Read(show.Reading{}) // something new to draw
			s.press(t, fmt.Sprintf(`{"action": "speed", "speed": %d}`, 1+i))
		}
		questions <- i
	}
	close(questions)
	visitors.Wait()
	runtime.GC()
	runtime.GC() // pools give back what they hold at the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// With a hundred viewers none of thousands of questions is lost or has another's answer, and memory does not grow.
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
	s.progress.begin(model.Run{Epochs: 9, Batches: 1})
	if err := s.progress.epochEnd(s.ctx, model.Epoch{Epoch: 1, Loss: 1}); err != nil {
		t.Fatal(err)
	}
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
	first := load(t, s, want)
	second := load(t, s, want)
	if second > first+2_000_000 {
		t.Errorf("%d bytes are in use after the second round, %d after the first one", second, first)
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
