//go:build unix

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

var watched = []training{
	{"linreg", "-epochs 300 -no-pictures"},
	{"xor", "-epochs 500 -no-pictures"},
	{"iris", "-epochs 60 -no-pictures"},
	{"mnistmlp", "-limit 300 -epochs 5 -no-pictures"},
}

// sendRequests sends odd requests to the page of a run. Those of other sites must be refused, a valid request must
// still be answered, and the run must end with the same bits.
func sendRequests(t *trial) error {
	r := pick(t, watched...)
	whole, err := t.undisturbed(r.program, strings.Fields(r.args))
	if err != nil {
		return err
	}
	first := pick(t, "", "", "ulimit -n 48") // few open files
	p, err := t.start(first, r.program, append(append(strings.Fields(r.args), t.files(r.program, t.path("out"))...),
		"-live", "-live-addr", "127.0.0.1:0")...)
	if err != nil {
		return err
	}
	if !p.prints("watch it at ") {
		t.end(p, 0)
		t.fault("the program prints no address of a page; standard output %q", short(p.stdout.String()))
		return nil
	}
	address := p.address()
	connections, err := t.connect(address, pick(t, 0, 5, 50, 200))
	if err != nil {
		t.fault("%v", err)
	}
	for range 10 + t.rng.IntN(30) {
		request, refused := t.oddRequest(address)
		status, err := send(address, request, time.Second/2)
		if refused && err == nil && status < 400 {
			t.fault("the page answers %d to %q, want a refusal", status, short(request))
		}
	}
	for _, c := range connections {
		c.Close()
	}
	for _, good := range []string{
		"GET / HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n",
		"GET /live.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
		post(address, "/control", `{"action": "resume"}`, "Origin: http://"+address),
		post(address, "/control", `{"action": "speed", "speed": 0}`),
	} {
		if status, err := send(address, good, 20*time.Second); err != nil || status != http.StatusOK {
			t.fault("after the odd requests the page answers %d (%v) to %q, want 200", status, err, short(good))
		}
	}
	p.prints("done: the page stays")
	p.signal(syscall.SIGINT)
	t.end(p, 0)
	if said := p.stderr.String(); said != "" {
		t.fault("standard error %q, want nothing", short(said))
	}
	t.same(r.program, t.path("out"), whole.out)
	return nil
}

// post returns a POST request with a body.
func post(host, path, body string, headers ...string) string {
	for _, h := range headers {
		host += "\r\n" + h
	}
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", path,
		host, len(body), body)
}

// send sends bytes and reads the status of the answer.
func send(address, request string, patience time.Duration) (status int, err error) {
	c, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	_, _ = io.WriteString(c, request) // the server may answer and close before it has read all
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

// oddRequest draws a request; refused is true if the page must refuse it.
func (t *trial) oddRequest(address string) (request string, refused bool) {
	_, port, _ := net.SplitHostPort(address)
	stop := `{"action": "stop"}`
	switch t.rng.IntN(9) {
	case 0: // a host name of another site
		host := pick(t, "evil.example", "evil.example:"+port, "localhost.evil.example:"+port, "[localhost]",
			"[localhost]:"+port,
			"127.0.0.1.evil.example", "user@"+address, "", " ", "localhost:"+port+":1", "[127.0.0.1",
			"127.0.0.1, evil.example", "[::1")
		return post(host, "/control", stop), true
	case 1: // an origin of another site
		origin := pick(t, "http://evil.example", "null", "http://user@"+address, "http://user:word@"+address,
			"https://"+address,
			"file://", "http://"+address+".evil.example", "http://"+address+"/path", "http://evil.example#"+address,
			"http:// ", address,
			"http://evil.example\r\nOrigin: http://"+address, "http://"+address+"\r\nOrigin: http://evil.example")
		return post(address, "/control", stop, "Origin: "+origin), true
	case 2:
		return post(address, "/control", stop, "Sec-Fetch-Site: "+pick(t, "cross-site", "same-site", "x",
			"none, cross-site"),
			"Sec-Fetch-Mode: "+pick(t, "navigate", "no-cors", "cors")), true
	case 3: // two hosts
		return post(address, "/control", stop, "Host: evil.example"), true
	case 4: // a large body
		body := strings.Repeat(pick(t, "x", "[", `{"a":`, "0"), 100_000+t.rng.IntN(2_000_000))
		return post(address, pick(t, "/control", "/predict"), body), true
	case 5: // an invalid header
		head := pick(t, "GET", "POST", "PRI", "CONNECT", "\x16\x03\x01", "G\x00T", "") + " " +
			pick(t, "/", "*", "//evil.example/", "http://evil.example/", "/../guard.go", "/%00", "/%2e%2e/",
				"/events?"+strings.Repeat("x", 100_000)) +
			" " + pick(t, "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "")
		return head + "\r\nHost: evil.example\r\n" + pick(t, "", "X: "+strings.Repeat("x", 100_000), "X\r\n",
			": x\r\n", "\x00: x\r\n") + "\r\n\r\n", false
	case 6: // wrong lengths
		return fmt.Sprintf("POST /predict HTTP/1.1\r\nHost: %s\r\n%s\r\nConnection: close\r\n\r\n%s", address,
			pick(t, "Content-Length: -1", "Content-Length: 99999999999999999999",
				"Content-Length: 1\r\nContent-Length: 2",
				"Transfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3",
				"Transfer-Encoding: x",
				"Expect: 100-continue\r\nContent-Length: 10"),
			pick(t, "", "zz\r\n{}\r\n0\r\n\r\n", "ffffffffffffffff\r\n", "{}", "2\r\n{}\r\n0\r\n\r\n")), false
	case 7: // invalid or unknown JSON
		body := pick(t, "", "null", "[]", "{", `{"action": 1}`, `{"action": "speed", "speed": -1}`,
			`{"action": "speed", "speed": 1e999}`,
			`{"action": "fly"}`, strings.Repeat("[", 9000), `{"inputs": []}`, `{"inputs": [1e999, 0]}`,
			`{"inputs": "x"}`,
			`{"picture": "AAAA"}`, `{"picture": ""}`, "\x89PNG\r\n\x1a\n", "\xff\xd8\xff",
			`{"inputs": [`+strings.Repeat("1,", 9000)+"1]}")
		return post(address, pick(t, "/control", "/predict"), body), true
	default:
		noise := make([]byte, t.rng.IntN(3000))
		for i := range noise {
			noise[i] = byte(t.rng.Uint32())
		}
		return string(noise) + "\r\n\r\n", true
	}
}
