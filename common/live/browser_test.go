//go:build browser

package live_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// folder receives the screenshots.
const folder = "../../out/live"

// build compiles a program of the suite.
func build(t *testing.T, name string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), name)
	if text, err := exec.Command("go", "build", "-o", binary, "../../"+name).CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", name, err, text)
	}
	return binary
}

// serve starts a program with -live on a free port and returns the address. When the test ends, it interrupts the
// program, which must exit with 0.
func serve(t *testing.T, binary string, args ...string) string {
	t.Helper()
	always := []string{"-lang", "en", "-live", "-live-addr", "127.0.0.1:0", "-out", t.TempDir()}
	cmd := exec.Command(binary, append(always, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "watch it at http://") {
		t.Fatalf("%s: the first line is %q, want the address", binary, lines.Text())
	}
	address := strings.TrimPrefix(lines.Text(), "watch it at ")
	var read sync.WaitGroup
	done := make(chan bool, 1) // the run has ended, and its pictures are drawn
	read.Go(func() {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "done: ") {
				select {
				case done <- true:
				default: // a run before it was done
				}
			}
		}
	})
	t.Cleanup(func() {
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Errorf("%s: not done", binary)
		}
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		read.Wait()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v, want exit code 0 after an interrupt", binary, err)
		}
	})
	return address
}

// tab is a page in the browser.
type tab struct {
	*testing.T
	ctx context.Context

	lock     sync.Mutex
	messages []string
}

// open starts a browser of the given size on the address. When the test ends, the browser's console must be empty.
func open(t *testing.T, address string, width, height int64) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc)
	p := &tab{T: t, ctx: ctx}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height)); err != nil {
		t.Fatal(err)
	}
	console := chromedp.Console(ctx)
	var heard sync.WaitGroup
	heard.Go(func() {
		for m, err := range console {
			if err != nil {
				return
			}
			p.lock.Lock()
			p.messages = append(p.messages, m.String())
			p.lock.Unlock()
		}
	})
	t.Cleanup(func() {
		cancel()
		heard.Wait()
		stop()
		for _, m := range p.messages {
			t.Errorf("the console says: %s", m)
		}
	})
	p.do(chromedp.Navigate(address))
	p.wait("the model", `document.getElementById("program").textContent !== "…"`)
	return p
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

// wait waits until a condition is true in the page.
func (p *tab) wait(what, condition string) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 60*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Poll[chromedp.Void](condition, chromedp.WithPollingTimeout(0), chromedp.WithPollingInterval(20*time.Millisecond))); err != nil {
		p.shot("failed")
		p.Fatalf("waiting for %s: %v", what, err)
	}
}

func evaluate[T any](p *tab, expression string) T {
	p.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (p *tab) text(id string) string {
	p.Helper()
	return evaluate[string](p, fmt.Sprintf("document.getElementById(%q).textContent", id))
}

func (p *tab) click(id string) {
	p.Helper()
	p.do(chromedp.Click(chromedp.ID(id)))
}

// resize gives the page another size, and waits until it is drawn: the second frame begins after the first.
func (p *tab) resize(width, height int64) {
	p.Helper()
	p.do(chromedp.EmulateViewport(width, height))
	evaluate[bool](p, `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))`)
}

// look saves a screenshot, but not with -short.
func (p *tab) look(name string) {
	p.Helper()
	if !testing.Short() {
		p.shot(name)
	}
}

// shot saves a screenshot of the whole page.
func (p *tab) shot(name string) {
	p.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.Fatal(err)
	}
	file, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), file, 0o644)
	}
	if err != nil {
		p.Error(err)
	}
}

// widths checks at the widths of a screen, a tablet and a phone, light and dark, that nothing is wider than the page.
func (p *tab) widths(name string) {
	p.Helper()
	for _, scheme := range []string{"light", "dark"} {
		p.emulate("prefers-color-scheme", scheme)
		for _, width := range []int64{1280, 768, 390} {
			p.resize(width, 900)
			if wide := evaluate[int64](p, "document.documentElement.scrollWidth"); wide > width {
				p.Errorf("%s: at a width of %d the page is %d wide", name, width, wide)
			}
			p.look(fmt.Sprintf("%s-%d-%s", name, width, scheme))
		}
	}
	p.emulate("prefers-color-scheme", "light")
	p.do(chromedp.EmulateViewport(1280, 900))
}

// layout returns faults of the page's layout: texts, fields and pictures that overlap or are clipped by their box or by
// the page, and text smaller than 14 pixels, at the width of a projector in pictures too.
const layout = `(async () => {
	const wrong = [], boxes = [];
	const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".skip, .skip *");
	const name = (e) => (e.id || e.className || e.tagName) + " " + (e.textContent || "").trim().slice(0, 40);
	for (const e of document.querySelectorAll("body *")) {
		if (!seen(e) || e.matches("option, script, noscript, #file")) continue;
		const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== "");
		const box = e.getBoundingClientRect();
		if (own && parseFloat(getComputedStyle(e).fontSize) < 14) wrong.push("small: " + name(e));
		if (!own && !e.matches("input, select, canvas, img, progress")) continue;
		if (box.width === 0) continue;
		if (box.left < -0.5 || box.right > innerWidth + 0.5) wrong.push("off the page: " + name(e));
		const range = document.createRange();
		range.selectNodeContents(e);
		const text = own ? range.getBoundingClientRect() : box;
		const card = e.closest("td, th, .card, header, footer, button, dd, .state") ?? document.body, around = card.getBoundingClientRect();
		if (text.left < around.left - 0.5 || text.right > around.right + 0.5) wrong.push("cut: " + name(e));
		boxes.push([e, text]);
	}
	for (const field of document.querySelectorAll(".field input")) {
		if (seen(field) && field.scrollWidth > field.clientWidth) wrong.push("cut: " + name(field));
	}
	boxes.forEach(([e, a], i) => boxes.slice(i + 1).forEach(([f, b]) => {
		if (e.contains(f) || f.contains(e)) return;
		const x = Math.min(a.right, b.right) - Math.max(a.left, b.left), y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
		if (x > 1 && y > 1) wrong.push(name(e) + " overlaps " + name(f));
	}));
	if (innerWidth < 1280) return wrong;
	const pictures = await new Promise((done) => { // the page itself may not read them from its images
		const list = {}, stream = new EventSource("events");
		stream.addEventListener("picture", (e) => { const p = JSON.parse(e.data); list[p.name] = p.svg; });
		stream.addEventListener("status", () => { stream.close(); done(list); });
	});
	for (const img of document.querySelectorAll(".frame img")) {
		const text = pictures[img.closest("figure").id];
		if (!text) continue; // of a run that has begun meanwhile
		const scale = img.getBoundingClientRect().width / Number(/viewBox="0 0 ([0-9.]+)/.exec(text)[1]);
		for (const [, style, words] of text.matchAll(/<text([^>]*)>([^<]*)/g)) {
			const size = scale * Number(/font-size[:=]"?\s*([0-9.]+)/.exec(style)[1]);
			if (!(size >= 14)) wrong.push(img.alt.slice(0, 30) + ": " + words.trim() + " has " + size.toFixed(1) + " pixels");
		}
	}
	return wrong;
})()`

// english returns the visible English words of the Korean page, except for names.
const english = `(() => {
	const words = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; (n = walker.nextNode());) {
		const e = n.parentElement;
		if (!e.checkVisibility() || e.closest("code, #program, #summary tbody, #layers, #optimizer, #setting-optimizer, #en, noscript, script")) continue;
		const rest = n.data.replace(/XOR|CNN|Delete|kg|ms|x[12]( xor x2)?|setosa|versicolor|virginica/g, "");
		if (/[A-Za-z]{2,}/.test(rest)) words.push(n.data.trim());
	}
	return words;
})()`

// looks checks the layout at three widths, in both languages, and saves screenshots.
func (p *tab) looks(name string) {
	p.Helper()
	for _, language := range []string{"ko", "en"} {
		p.click(language)
		if got := evaluate[string](p, "document.documentElement.lang + location.search"); got != language+"?lang="+language {
			p.Errorf("%s: the language and the address are %s, want %s", name, got, language)
		}
		for _, size := range [][2]int64{{1280, 900}, {768, 1024}, {390, 844}} {
			p.resize(size[0], size[1])
			for _, wrong := range evaluate[[]string](p, layout) {
				p.Errorf("%s, %s, %d wide: %s", name, language, size[0], wrong)
			}
			p.look(fmt.Sprintf("%s-%s-%d", name, language, size[0]))
		}
		p.do(chromedp.EmulateViewport(1280, 900))
		if language == "ko" {
			for _, words := range evaluate[[]string](p, english) {
				p.Errorf("%s: in Korean the page says %q", name, words)
			}
		}
	}
}

// set enters a value for a setting, as a visitor does.
func (p *tab) set(name, value string) {
	p.Helper()
	evaluate[bool](p, fmt.Sprintf(`(() => { const f = document.getElementById("setting-" + %q); f.value = %q;
		return f.dispatchEvent(new Event("input", { bubbles: true })); })()`, name, value))
}

func (p *tab) setting(name string) string {
	p.Helper()
	return evaluate[string](p, fmt.Sprintf(`document.getElementById("setting-" + %q).value`, name))
}

// above reports whether one part of the page is above another.
func (p *tab) above(a, b string) bool {
	p.Helper()
	return evaluate[bool](p, fmt.Sprintf(`document.getElementById(%q).getBoundingClientRect().bottom <=
		document.getElementById(%q).getBoundingClientRect().top`, a, b))
}

// The test changes each setting and starts the run again, in both languages; the page then shows the run with these
// settings.
func TestAgainInABrowser(t *testing.T) {
	address := serve(t, build(t, "xor"), "-epochs", "3000", "-no-pictures")
	p := open(t, address, 1280, 900)
	for i := range 3 {
		if i != 1 { // short epochs have no curves by step
			p.drawn(i, "")
		}
	}
	if !p.above("run", "pictures") || !p.above("pictures", "try") {
		t.Error("while it trains, the curves do not stand first")
	}
	run := 1
	again := func() {
		t.Helper()
		evaluate[bool](p, `(document.getElementById("again").click(), true)`) // at any scroll position
		run++
		p.wait(fmt.Sprintf("run %d", run), fmt.Sprintf(
			`document.querySelector("main").dataset.run === "%d" && !document.getElementById("again").disabled`, run))
	}
	speed := func(most string) {
		evaluate[bool](p, fmt.Sprintf(`(() => { const s = document.getElementById("speed"); s.value = %q; return s.dispatchEvent(new Event("change")); })()`, most))
	}
	const trained = `["trained", "학습 완료"].includes(document.getElementById("state").textContent)`
	for _, language := range []string{"ko", "en"} {
		p.click(language)
		speed("250")
		for _, c := range []struct{ name, value string }{
			{"lr", "0.5"}, {"seed", "7"}, {"hidden", "3"}, {"batch", "4"}, {"optimizer", "adam"}, {"epochs", "123456"}} {
			if language == "en" && c.value == "0.5" {
				c.value = "0.25"
			}
			p.set(c.name, c.value)
			again()
			if got := p.setting(c.name); got != c.value {
				t.Errorf("%s is %s after another start, want %s", c.name, got, c.value)
			}
		}
		if got := p.setting("lr"); got != "0.001" {
			t.Errorf("the learning rate is %s, want that of Adam, 0.001", got)
		}
		p.wait("three hidden neurons", `document.querySelector("#summary tbody tr:nth-child(2) td:last-child").textContent === "9"`)
		p.wait("epochs of six digits", `document.getElementById("epoch").textContent.endsWith(" / 123,456")`)
		p.drawn(0, "")
		p.drawn(2, "")
		p.looks("again-training-" + language)
		p.click(language)

		// out of range: the field shows it, and the run continues
		p.set("lr", "0")
		p.set("seed", "1.5")
		before := p.text("epoch")
		p.click("again")
		p.wait("the refusal", `!document.getElementById("refused").hidden && document.querySelectorAll(".field [aria-invalid=true]").length === 2`)
		p.wait("the run to go on", fmt.Sprintf(`document.getElementById("epoch").textContent !== %q`, before))
		p.looks("again-refused-" + language)
		p.click(language)

		p.set("optimizer", "sgd")
		if got := p.setting("lr"); got != "0.1" {
			t.Errorf("the learning rate is %s, want the program's with its optimizer, 0.1", got)
		}
		for name, value := range map[string]string{"lr": "0.1", "seed": "1", "hidden": "2", "batch": "1", "epochs": "500"} {
			p.set(name, value)
		}
		again()
		speed("0")
		p.wait("the end", trained)
		if !p.above("try", "run") {
			t.Error("after the training, the net to try does not stand first")
		}
		p.looks("again-trained-" + language)
		p.wait("the pictures", `document.querySelectorAll(".frame img").length === 3`)
	}

	// another page starts first: a message, and then the settings of that run, except for those that were changed here
	p.set("seed", "9")
	evaluate[int](p, `(async () => {
		const body = JSON.stringify({ action: "again", run: (await current()).run, settings: { lr: "0.75", epochs: "500" } });
		const both = await Promise.all([1, 2].map(() => fetch("control", { method: "POST", body })));
		return both.map((r) => r.status).sort().join() === "200,409" ? 1 : 0;
		function current() {
			return new Promise((done) => {
				const s = new EventSource("events");
				s.addEventListener("status", (e) => { s.close(); done(JSON.parse(e.data)); });
			});
		}
	})()`)
	p.wait("the settings of the other", `document.getElementById("setting-lr").value === "0.75"`)
	if got := p.setting("seed"); got != "9" {
		t.Errorf("the seed is %s, want what was typed, 9", got)
	}
	p.wait("the end", trained)
	// the console reports the status 409
	p.lock.Lock()
	defer p.lock.Unlock()
	for _, m := range p.messages {
		if !strings.Contains(m, "409") {
			t.Errorf("the console says %s", m)
		}
	}
	p.messages = nil
}

func (p *tab) emulate(feature, value string) {
	p.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
	if err != nil {
		p.Fatal(err)
	}
}

// picture returns an expression for the URL of a picture's newest drawing.
func picture(i int) string { return fmt.Sprintf(`document.querySelector("#picture-%d img")?.src`, i) }

// drawn waits until a picture differs from the one before and is loaded.
func (p *tab) drawn(i int, before string) string {
	p.Helper()
	p.wait(fmt.Sprintf("a new picture %d", i), fmt.Sprintf(
		`(() => { const i = document.querySelector("#picture-%d img"); return i && i.src && i.src !== %q && i.complete && i.naturalWidth > 100; })()`, i, before))
	return evaluate[string](p, picture(i))
}

func TestXORInABrowser(t *testing.T) {
	address := serve(t, build(t, "xor"), "-epochs", "6000")
	p := open(t, address, 1280, 900)
	if title := p.text("program"); title != "xor" {
		t.Errorf("the title is %q, want xor", title)
	}
	// the curve, the surface and the net change while it trains
	for _, i := range []int{0, 2, 3} {
		first := p.drawn(i, "")
		p.drawn(i, first)
	}
	if state := p.text("state"); state != "training" {
		t.Errorf("the state is %q, want training", state)
	}
	p.look("xor-training")

	// a pause holds the epoch, and the net can be tried meanwhile; an answer that arrives after the stream's events
	// changes nothing
	evaluate[bool](p, `(() => { const own = window.fetch; window.answered = 0;
		window.fetch = async (...all) => {
			const answer = await own(...all);
			await new Promise((done) => setTimeout(done, 700));
			window.answered++;
			return answer;
		};
		return true; })()`)
	p.click("pause")
	p.wait("the pause", `document.getElementById("state").textContent === "paused"`)
	epoch := p.text("epoch")
	p.wait("the answer to the pause", `window.answered > 0`)
	time.Sleep(500 * time.Millisecond)
	if now := p.text("epoch"); now != epoch {
		t.Errorf("paused in epoch %s, and half a second later in %s", epoch, now)
	}
	if state := p.text("state"); state != "paused" {
		t.Errorf("the state is %q after the answer, want paused", state)
	}
	// on the plateau before it learns, two answers may have the same three digits
	evaluate[bool](p, `(() => { document.getElementById("answer").textContent = "";
		const r = document.getElementById("input-1"); r.value = "1"; return r.dispatchEvent(new Event("input")); })()`)
	p.wait("an answer from 0 to 1", `document.getElementById("answer").textContent.startsWith("x1 xor x2 0.")`)
	p.widths("xor")
	p.click("pause")
	p.wait("the run to resume", fmt.Sprintf(`document.getElementById("epoch").textContent !== %q`, epoch))

	// without a limit of the speed it ends soon
	evaluate[bool](p, `(() => { const s = document.getElementById("speed"); s.value = "0"; return s.dispatchEvent(new Event("change")); })()`)
	p.wait("the end", `document.getElementById("state").textContent === "trained"`)
	p.wait("the last epoch", `document.getElementById("epoch").textContent === "6,000 / 6,000"`)
	if !evaluate[bool](p, `document.getElementById("pause").disabled && document.getElementById("stop").disabled`) {
		t.Error("the buttons of a run that has ended can be pressed")
	}
}

func TestStopInABrowser(t *testing.T) {
	for _, program := range []string{"linreg", "iris"} {
		p := open(t, serve(t, build(t, program)), 1280, 900)
		for _, i := range []int{0, 2, 3} {
			p.drawn(i, "")
		}
		p.widths(program)
		p.looks(program + "-training")
		p.click("stop")
		p.wait("the stop", `document.getElementById("state").textContent === "stopped and saved"`)
		p.looks(program + "-stopped")
	}
}

// Long epochs also have curves by step, beside the curves by epoch.
func TestLongEpochsInABrowser(t *testing.T) {
	p := open(t, serve(t, build(t, "mnistcnn"), "-limit", "2000", "-batch", "10", "-epochs", "30", "-no-pictures"), 1280, 900)
	for i := range 4 {
		p.drawn(i, "")
	}
	p.click("pause")
	p.looks("mnistcnn-training")
	p.widths("mnistcnn-training")
	p.click("pause")
	p.click("stop")
	p.wait("the stop", `document.getElementById("state").textContent === "stopped and saved"`)
	p.looks("mnistcnn-stopped")
}

// strokes of a seven on paper of 280 x 280.
var seven = [][][2]float64{{{70, 60}, {140, 58}, {210, 60}}, {{210, 60}, {170, 140}, {130, 225}}}

func TestDigitsInABrowser(t *testing.T) {
	binary := build(t, "mnistcnn")
	folder := t.TempDir()
	if text, err := exec.Command(binary, "-epochs", "1", "-no-pictures", "-out", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	address := serve(t, binary, "-load", filepath.Join(folder, "MNIST_CNN_model.h5"), "-epochs", "0", "-no-pictures")
	p := open(t, address, 1280, 900)

	// a sample is shown until the visitor draws
	p.wait("the sample's answer", `document.querySelector(".bars .best") !== null && !document.getElementById("sample").hidden`)
	if curl := p.text("curl"); curl != "curl "+address+"/predict --data-binary @picture.png" {
		t.Errorf("the footer says %s", curl)
	}
	p.looks("mnistcnn-sample")

	// stroke by stroke, with a mouse
	type point struct{ X, Y float64 }
	corner := evaluate[point](p, `(() => { const b = document.getElementById("pad").getBoundingClientRect(); return {X: b.left, Y: b.top}; })()`)
	for i, stroke := range seven {
		for j, at := range stroke {
			x, y := corner.X+at[0], corner.Y+at[1]
			if j == 0 {
				p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x, y, chromedp.ButtonLeft))
			}
			p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y, chromedp.ButtonLeft))
			if j == len(stroke)-1 {
				p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x, y, chromedp.ButtonLeft))
			}
		}
		p.wait(fmt.Sprintf("the answer to stroke %d", i+1), `document.querySelector(".bars .best") !== null && document.getElementById("sample").hidden`)
	}
	p.wait("a seven", `document.querySelector("#answer strong")?.textContent === "7"`)
	if best := evaluate[string](p, `document.querySelector(".bars .best span").textContent`); best != "7" {
		t.Errorf("the largest bar is that of %s, want 7", best)
	}
	t.Logf("seven: %s, %s", p.text("answer"), p.text("answered"))
	p.wait("what is wrong", `document.querySelector("#picture-2 img")?.naturalWidth > 100`)
	p.widths("mnistcnn")

	p.click("clear")
	p.wait("nothing", `document.querySelector(".bars .best") === null`)

	// a picture is dropped
	file, err := os.ReadFile("../../mnistcnn/testdata/seven.png")
	if err != nil {
		t.Fatal(err)
	}
	drop := `(async () => {
		const bytes = Uint8Array.from(atob(%q), (c) => c.charCodeAt(0));
		const files = new DataTransfer();
		files.items.add(new File([bytes], "drop.png", { type: "image/png" }));
		return document.getElementById("pad").dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
	})()`
	evaluate[bool](p, fmt.Sprintf(drop, base64.StdEncoding.EncodeToString(file)))
	p.wait("a seven", `document.querySelector("#answer strong")?.textContent === "7"`)
	p.look("mnistcnn-dropped")

	// with the keys: along the top, and down
	p.click("clear")
	p.do(chromedp.Focus(chromedp.ID("pad")))
	press := func(key string, times int) {
		for range times {
			evaluate[bool](p, fmt.Sprintf(`document.getElementById("pad").dispatchEvent(new KeyboardEvent("keydown", { key: %q, bubbles: true, cancelable: true }))`, key))
		}
	}
	press("ArrowUp", 6)
	press("ArrowLeft", 5)
	press(" ", 1)
	press("ArrowRight", 9)
	for range 6 {
		press("ArrowDown", 2)
		press("ArrowLeft", 1)
	}
	press(" ", 1)
	p.wait("an answer to keys", `document.querySelector(".bars .best") !== null`)
	p.look("mnistcnn-keys")
	if answer := p.text("answer"); !strings.HasPrefix(answer, "7") {
		t.Errorf("the seven of keys is %q, want 7", answer)
	}

	// a number is shown digit by digit
	number, err := os.ReadFile("testdata/fortytwo.png")
	if err != nil {
		t.Fatal(err)
	}
	evaluate[bool](p, fmt.Sprintf(drop, base64.StdEncoding.EncodeToString(number)))
	p.wait("an answer of two digits", `document.getElementById("answer").textContent.includes("a number of 2 digits") &&
		document.getElementById("saw").width === 56`)
	p.look("mnistcnn-number")

	// a file that is not a picture gives a visible error
	evaluate[bool](p, fmt.Sprintf(drop, base64.StdEncoding.EncodeToString([]byte("seven"))))
	p.wait("an error", `!document.getElementById("problem").hidden`)
	if problem := p.text("problem"); problem != "the picture: not a PNG, JPEG, GIF, BMP or WebP picture" {
		t.Errorf("the problem is %q", problem)
	}
	// the browser's console reports the status 400 of the answer
	p.lock.Lock()
	defer p.lock.Unlock()
	if len(p.messages) != 1 || !strings.Contains(p.messages[0], "400") {
		t.Errorf("the console says %q, want one line with the status 400", p.messages)
	}
	p.messages = nil
}
