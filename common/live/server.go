package live

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/http"
)

//go:embed page
var files embed.FS

// handler returns the handler of all requests.
func (p *Page) handler() http.Handler {
	page, err := fs.Sub(files, "page")
	if err != nil {
		panic(err) // wrong name above
	}
	list, err := fs.ReadDir(page, ".")
	if err != nil {
		panic(err)
	}
	mux, static := http.NewServeMux(), http.FileServerFS(page)
	mux.Handle("GET /{$}", static)
	for _, file := range list { // each by its path: a handler of all paths would answer GET /predict, which must be a POST
		mux.Handle("GET /"+file.Name(), static)
	}
	mux.HandleFunc("GET /events", p.events)
	mux.HandleFunc("POST /predict", p.predict)
	mux.HandleFunc("POST /control", p.control)
	return p.guard(mux)
}

// order is the JSON of a button.
type order struct {
	Action   string            `json:"action"`   // pause, resume, stop, speed or again
	Speed    float64           `json:"speed"`    // for speed: the largest number of epochs a second; 0: no limit
	Run      int               `json:"run"`      // for again: the number of the run that it replaces
	Settings map[string]string `json:"settings"` // for again: at least those that differ
}

// control answers POST /control, which the page's buttons use.
func (p *Page) control(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		refuse(w, http.StatusBadRequest, fmt.Errorf("the request's body: %w", err))
		return
	}
	var o order
	if err := decode(body, &o); err != nil {
		refuse(w, http.StatusBadRequest, fmt.Errorf("wrong JSON: %w", err))
		return
	}
	if err := p.progress.obey(o); err != nil {
		code := http.StatusBadRequest
		if late := new(lateError); errors.As(err, &late) {
			code = http.StatusConflict
		}
		refuse(w, code, err)
		return
	}
	p.publishStatus() // the page takes the new state from the stream: this answer may arrive after a newer event
	send(w, http.StatusOK, p.progress.status())
}

// obey carries out an order. One that comes too late changes nothing.
func (p *progress) obey(o order) error {
	p.lock.Lock()
	defer p.lock.Unlock()
	ended := p.state != training && p.state != waiting
	switch o.Action {
	case "pause":
		p.paused = !ended && !p.stop
	case "resume":
		p.paused = false
	case "stop":
		if !ended {
			p.stop, p.paused = true, false
		}
	case "speed":
		if !(o.Speed >= 0) || math.IsInf(o.Speed, 0) {
			return fmt.Errorf("speed %g: want epochs a second, at least 0; 0 is no limit", o.Speed)
		}
		p.speed, p.chosen = o.Speed, true
	case "again":
		if err := p.start(o); err != nil {
			return err
		}
	default:
		return fmt.Errorf("action %q: want pause, resume, stop, speed or again", o.Action)
	}
	p.anchor()
	close(p.changed)
	p.changed = make(chan struct{})
	return nil
}

// refuse answers with a status and the error as JSON. For a body that is too large the status is 413 instead of code.
func refuse(w http.ResponseWriter, code int, err error) {
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		code, err = http.StatusRequestEntityTooLarge, fmt.Errorf("the body is too large, want at most %d bytes", large.Limit)
	}
	send(w, code, map[string]string{"error": err.Error()})
}

// send answers with data as JSON. It ignores errors: they mean that the visitor has left.
func send(w http.ResponseWriter, code int, data any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(data)
}
