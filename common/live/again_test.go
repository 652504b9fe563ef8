package live

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"gorgonia-lectures/common/chart"
	"gorgonia-lectures/common/model"
	"gorgonia-lectures/common/show"
)

// restartable returns the view of XOR with a setting of each kind.
func restartable(t testing.TB) View {
	v := xorView(xorNet(t))
	v.Settings = []Setting{
		{Name: "lr", Value: "0.1", Min: 1e-6, Max: 1000},
		{Name: "seed", Value: "1", Max: 1<<32 - 1, Whole: true},
		{Name: "optimizer", Value: "sgd", Choices: []Choice{{Name: "sgd"}, {Name: "adam", With: map[string]string{"lr": "0.001"}}}},
	}
	return v
}

// A setting out of its range is refused with its range, and the run continues.
func TestAgainErrors(t *testing.T) {
	s := serve(t, restartable(t))
	for _, c := range []struct {
		name, settings string
		facts          []string
	}{
		{"zero", `{"lr": "0"}`, []string{"lr 0", "a number from 0.000001 to 1000"}},
		{"too large", `{"lr": "1000.5"}`, []string{"lr 1000.5"}},
		{"not a number", `{"lr": "NaN"}`, []string{"lr NaN"}},
		{"empty", `{"lr": ""}`, []string{"lr"}},
		{"infinite", `{"lr": "Inf"}`, []string{"lr Inf"}},
		{"half a seed", `{"seed": "1.5"}`, []string{"seed 1.5", "whole number", "4294967295"}},
		{"negative seed", `{"seed": "-1"}`, []string{"seed -1"}},
		{"huge seed", `{"seed": "4294967296"}`, []string{"seed 4294967296"}},
		{"no optimizer", `{"optimizer": "Adam"}`, []string{"Adam", "sgd, adam"}},
		{"a flag", `{"out": "/tmp"}`, []string{"no setting out"}},
		{"one of two", `{"seed": "3", "lr": "-1"}`, []string{"lr -1"}},
		{"a number", `{"seed": 3}`, []string{"settings"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, text := s.ask(t, "POST", "/control", []byte(`{"action": "again", "run": 1, "settings": `+c.settings+`}`))
			refused(t, answer, text, http.StatusBadRequest, c.facts...)
		})
	}
	if _, ok := s.Again(); ok || s.progress.status().Run != 1 {
		t.Error("a refused order starts the run again")
	}
}

// The order ends the run before, during and after the training, and in a pause. The page then waits for the next run.
func TestAgain(t *testing.T) {
	for _, c := range []struct {
		name string
		step int64 // of the order; 0: before the run
		held bool  // in a pause
		want error
	}{
		{"in training", 6, false, ErrAgain},
		{"in a pause", 6, true, ErrAgain},
		{"before the run", 0, false, ErrAgain},
		{"after the run", -1, false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			const again = `{"action": "again", "run": 1, "settings": {"lr": "0.5", "seed": "1"}}`
			v := restartable(t)
			s := serve(t, v)
			order := again
			if c.held {
				order = `{"action": "pause"}`
			}
			if c.step == 0 {
				s.press(t, order)
			}
			own, _ := s.at(c.step, order)
			result := s.fit(v.Net, 20, own)
			if c.held {
				until(t, "paused", func() bool { return s.progress.status().State == paused })
				s.press(t, again)
			}
			if r := <-result; !errors.Is(r.err, c.want) {
				t.Fatalf("the run ends with %v, want %v", r.err, c.want)
			}
			if c.step < 0 {
				s.press(t, again)
			}
			<-s.Wanted()
			if now := s.progress.status(); now.State != restarting || now.Run != 2 {
				t.Errorf("%+v, want run 2 to start", now)
			}
			settings, ok := s.Again()
			if got := fmt.Sprint(settings); !ok || got != "map[lr:0.5 seed:1]" {
				t.Errorf("the settings are %s, want lr and seed", got)
			}
			if _, ok := s.Again(); ok {
				t.Error("one order starts two runs")
			}
			if now := s.progress.status(); now.State != restarting || now.Epochs != 0 || now.Share != 0 || now.Loss != nil {
				t.Errorf("before the next run: %+v, want nothing of the one before", now)
			}
			next := restartable(t)
			if err := s.Show(next); err != nil {
				t.Fatal(err)
			}
			if r := <-s.fit(next.Net, 3, model.Callback{}); r.err != nil || len(r.history.Epochs) != 3 || s.Stopped() {
				t.Errorf("the next run: %d epochs, %v", len(r.history.Epochs), r.err)
			}
			if now := s.progress.status(); now.State != done || now.Epochs != 3 || now.Run != 2 {
				t.Errorf("at its end: %+v", now)
			}
		})
	}
}

// If several visitors start again at once, one order is obeyed; the others are refused with a clear message and without
// an effect.
func TestAgainTogether(t *testing.T) {
	s := serve(t, restartable(t))
	const visitors = 8
	var together sync.WaitGroup
	var lock sync.Mutex
	codes := map[int]int{}
	for i := range visitors {
		together.Go(func() {
			answer, text, err := s.try("POST", "/control",
				fmt.Appendf(nil, `{"action": "again", "run": 1, "settings": {"seed": "%d"}}`, i))
			if err != nil {
				t.Error(err)
				return
			}
			lock.Lock()
			defer lock.Unlock()
			codes[answer.StatusCode]++
			if answer.StatusCode == http.StatusConflict && !strings.Contains(text, "the run is starting again: wait") {
				t.Errorf("refused with %q", text)
			}
		})
	}
	together.Wait()
	if codes[http.StatusOK] != 1 || codes[http.StatusConflict] != visitors-1 {
		t.Errorf("the answers are %v, want one 200 and the rest 409", codes)
	}
	s.Again()
	if err := s.progress.begin(model.Run{Epochs: 3, Batches: 1}); err != nil {
		t.Fatal(err)
	}
	answer, text := s.ask(t, "POST", "/control", []byte(`{"action": "again", "run": 1}`))
	refused(t, answer, text, http.StatusConflict, "another visitor")
	s.press(t, `{"action": "stop"}`)
	answer, text = s.ask(t, "POST", "/control", []byte(`{"action": "again", "run": 2}`))
	refused(t, answer, text, http.StatusConflict, "is saved")
}

// A page of another site cannot start the run again.
func TestAgainIsGuarded(t *testing.T) {
	s := serve(t, restartable(t))
	order := []byte(`{"action": "again", "run": 1}`)
	for _, pair := range [][]string{
		{"Origin", "http://evil.example"}, {"Origin", "null"}, {"Host", "evil.example"}, {"Sec-Fetch-Site", "cross-site"}} {
		if answer, _ := s.ask(t, "POST", "/control", order, pair...); answer.StatusCode != http.StatusForbidden {
			t.Errorf("%v: %s, want 403", pair, answer.Status)
		}
	}
	if answer, _ := s.ask(t, "GET", "/control", nil); answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: %s, want 405", answer.Status)
	}
	if _, ok := s.Again(); ok {
		t.Error("a foreign page starts the run again")
	}
}

// No picture of an earlier net stays on the page or is published later.
func TestAgainForgetsPictures(t *testing.T) {
	v := restartable(t)
	entered, leave := make(chan bool), make(chan bool)
	v.Pictures = []show.Picture{{Title: "old", Draw: func(show.Moment) (chart.Picture, error) {
		entered <- true
		<-leave
		return chart.NewCurves(chart.Series{Name: "w", Values: []float64{1, 2}})
	}}}
	s := serve(t, v)
	s.watch(t)
	<-entered
	if err := s.Show(restartable(t)); err != nil {
		t.Fatal(err)
	}
	leave <- true
	watcher, _ := s.hub.join()
	defer s.hub.leave(watcher)
	s.ask(t, "POST", "/control", []byte(`{"action": "again", "run": 1}`)) // the worker has finished a round when this is sent
	until(t, "starting", func() bool {
		s.last.lock.Lock()
		defer s.last.lock.Unlock()
		return strings.Contains(string(s.last.event), restarting)
	})
	s.hub.lock.Lock()
	defer s.hub.lock.Unlock()
	for key := range s.hub.newest {
		if strings.HasPrefix(key, pictureKey) {
			t.Errorf("the page has %s of the net before", key)
		}
	}
}

// Fail shows a failure until the run starts again.
func TestFail(t *testing.T) {
	s := serve(t, restartable(t))
	s.Fail(errors.New("the loss is NaN"))
	if now := s.progress.status(); now.State != failed || now.Message != "the loss is NaN" {
		t.Errorf("%+v, want failed", now)
	}
	s.press(t, `{"action": "again", "run": 1}`)
	if _, ok := s.Again(); !ok || s.progress.status().Message != "" {
		t.Errorf("%+v, want the next run", s.progress.status())
	}
}
