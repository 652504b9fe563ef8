package lecture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// notebooks has the folders with a lecture.ipynb, and some of its output that both texts quote.
var notebooks = []struct {
	program string
	prints  []string
}{
	{"linreg", []string{"302.7", "1863.217", "1712.249", "5.5702", "77.9825"}},
	{"xor", []string{"0.0821", "0.9258", "5.3571", "0.5133", "0.1326"}},
	{"iris", []string{"1.1803", "0.0946", "1.04e-07", "2.36e-03", "0.06132"}},
	{"mnistmlp", []string{"0.2231", "0.9687", "785,000"}},
	{"mnistcnn", []string{"0.2366", "91.80 %", "82 of 1000 test digits are wrong", "3,156,098"}},
	{"scratch", []string{"-0.5232", "0.2891", "0.0083", "0.9796", "0.4703", "0.9865"}},
}

// notebookPath is the path of a program's notebook.
func notebookPath(program string) string {
	return filepath.Join(root, program, "lecture.ipynb")
}

// notebook is a file of Jupyter's format 4.5, with its keys in Jupyter's order. It leaves out all that differs from run
// to run.
type notebook struct {
	Cells    []cell `json:"cells"`
	Metadata struct {
		Kernel struct {
			Title    string `json:"display_name"`
			Language string `json:"language"`
			Name     string `json:"name"`
		} `json:"kernelspec"`
		Language struct {
			Extension string `json:"file_extension"`
			MediaType string `json:"mimetype"`
			Name      string `json:"name"`
		} `json:"language_info"`
	} `json:"metadata"`
	Format int `json:"nbformat"`
	Minor  int `json:"nbformat_minor"`
}

type cell struct {
	Type     string    `json:"cell_type"`
	Count    *int      `json:"execution_count,omitempty"` // in code cells
	ID       string    `json:"id"`
	Metadata struct{}  `json:"metadata"`
	Outputs  *[]output `json:"outputs,omitempty"` // in code cells
	Source   []string  `json:"source"`
}

// output is a stream of text with a name, a picture in display_data, or an error.
type output struct {
	Data     map[string]any `json:"data,omitempty"`
	Error    string         `json:"evalue,omitempty"`
	Metadata *struct{}      `json:"metadata,omitempty"`
	Name     string         `json:"name,omitempty"`
	Type     string         `json:"output_type"`
	Text     []string       `json:"text,omitempty"`
}

// parseNotebook reads a notebook. The order in which a kernel sends text and pictures differs from run to run; here
// each cell has first its text, one output for each stream, and then its pictures.
func parseNotebook(content []byte) (*notebook, error) {
	n := new(notebook)
	if err := json.Unmarshal(content, n); err != nil {
		return nil, err
	}
	for _, c := range n.Cells {
		if c.Outputs == nil {
			continue
		}
		streams, others := []output{}, []output{}
		for _, o := range *c.Outputs {
			at := slices.IndexFunc(streams, func(s output) bool { return s.Name == o.Name })
			switch {
			case o.Type != "stream":
				if o.Type == "execute_result" {
					o.Type = "display_data"
				}
				others = append(others, o)
			case at < 0:
				streams = append(streams, o)
			default:
				streams[at].Text = append(streams[at].Text, o.Text...)
			}
		}
		for i, s := range streams {
			streams[i].Text = slices.Collect(strings.Lines(strings.Join(s.Text, "")))
		}
		slices.SortFunc(streams, func(a, b output) int { return strings.Compare(a.Name, b.Name) })
		*c.Outputs = append(streams, others...)
	}
	return n, nil
}

// encode returns the content of the notebook's file.
func (n *notebook) encode() ([]byte, error) {
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(n)
	return content.Bytes(), err
}

func (c cell) source() string { return strings.Join(c.Source, "") }

// printed returns the text that the cell prints.
func (c cell) printed() string {
	var text strings.Builder
	if c.Outputs != nil {
		for _, o := range *c.Outputs {
			text.WriteString(strings.Join(o.Text, ""))
		}
	}
	return text.String()
}

// failures returns the errors of the cell and its text on standard error.
func (c cell) failures() (list []string) {
	if c.Outputs == nil {
		return nil
	}
	for _, o := range *c.Outputs {
		if o.Type == "error" || o.Type == "stream" && o.Name != "stdout" {
			list = append(list, fmt.Sprintf("cell %s: %s %s%s", c.ID, o.Type, o.Error, strings.Join(o.Text, "")))
		}
	}
	return list
}

func readNotebook(t *testing.T, program string) *notebook {
	t.Helper()
	n, err := parseNotebook([]byte(read(t, notebookPath(program))))
	if err != nil {
		t.Fatalf("%s: %v", notebookPath(program), err)
	}
	return n
}

// maxBytes bounds a notebook, so that GitHub shows it without a click.
const maxBytes = 1e6

// A notebook has the form that make notebooks writes, and was run from the first cell to the last without an error.
func TestNotebookFiles(t *testing.T) {
	machine := regexp.MustCompile(`/(home|root|tmp|Users|usr|var|work)/`)
	for _, n := range notebooks {
		t.Run(n.program, func(t *testing.T) {
			content := read(t, notebookPath(n.program))
			book := readNotebook(t, n.program)
			if want, err := book.encode(); err != nil || content != string(want) {
				t.Errorf("not in the form that make notebooks gives it (%v)", err)
			}
			if len(content) > maxBytes {
				t.Errorf("%d bytes, want at most %.0f", len(content), maxBytes)
			}
			if path := machine.FindString(content); path != "" {
				t.Errorf("has a path of a machine, %s", path)
			}
			count := 0
			for _, c := range book.Cells {
				for _, failure := range c.failures() {
					t.Error(failure)
				}
				if c.Type != "code" {
					continue
				}
				if count++; c.Count == nil || *c.Count != count {
					t.Errorf("cell %s was not run as number %d", c.ID, count)
				}
			}
		})
	}
}

// Each text cell of a notebook is there in Korean and then in English, named accordingly, with the same headings and
// with valid links.
func TestNotebookTexts(t *testing.T) {
	hangul := regexp.MustCompile(`\p{Hangul}`)
	heading := regexp.MustCompile(`(?m)^#+ `)
	for _, n := range notebooks {
		t.Run(n.program, func(t *testing.T) {
			seen := map[string]bool{}
			var korean cell
			for _, c := range readNotebook(t, n.program).Cells {
				if seen[c.ID] || !regexp.MustCompile(`^[a-z]+(-ko|-en)?$`).MatchString(c.ID) {
					t.Errorf("a cell has the name %q, or another one has it too", c.ID)
				}
				seen[c.ID] = true
				name, language, _ := strings.Cut(c.ID, "-")
				switch {
				case (c.Type == "code") != (language == ""):
					t.Errorf("cell %s: type %s", c.ID, c.Type)
				case language != "en" && korean.ID != "":
					t.Errorf("cell %s comes before the English one", c.ID)
				case language == "ko":
					if korean = c; !hangul.MatchString(c.source()) {
						t.Errorf("cell %s has no Korean", c.ID)
					}
				case language == "en":
					own, other := heading.FindAllString(c.source(), -1), heading.FindAllString(korean.source(), -1)
					if korean.ID != name+"-ko" || !slices.Equal(own, other) || hangul.MatchString(c.source()) {
						t.Errorf("cell %s is not cell %q in English", c.ID, korean.ID)
					}
					korean = cell{}
				}
				if c.Type == "markdown" {
					checkLinks(t, notebookPath(n.program), c.source())
				}
			}
		})
	}
}

// The output of the notebooks has what the texts quote.
func TestNotebooksAgreeWithTexts(t *testing.T) {
	for _, n := range notebooks {
		var printed strings.Builder
		for _, c := range readNotebook(t, n.program).Cells {
			printed.WriteString(c.printed())
		}
		for _, fact := range n.prints {
			for i, text := range append([]string{printed.String()}, read(t, texts[0]), read(t, texts[1])) {
				if !strings.Contains(text, fact) {
					t.Errorf("%s: %q is not in %s", n.program, fact, []string{"the notebook", texts[0], texts[1]}[i])
				}
			}
		}
	}
}

func TestParseNotebook(t *testing.T) {
	const file = `{"cells": [{"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {"execution": {"iopub": "12:00"}},
"outputs": [{"name": "stdout", "output_type": "stream", "text": ["one\n", "tw"]}, {"name": "stderr", "output_type": "stream",
"text": ["bad\n"]}, {"data": {"image/png": "AAAA"}, "execution_count": 1, "metadata": {}, "output_type": "execute_result"},
{"name": "stdout", "output_type": "stream", "text": ["o\n<three>"]}], "source": ["x\n", "y"]}], "metadata": {"kernelspec":
{"display_name": "Go", "language": "go", "name": "gonb"}, "language_info": {"file_extension": ".go", "mimetype":
"text/x-go", "name": "go", "version": "go1.26"}}, "nbformat": 4, "nbformat_minor": 5}`
	n, err := parseNotebook([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if got := n.Cells[0].printed(); got != "bad\none\ntwo\n<three>" {
		t.Errorf("it prints %q", got)
	}
	if got := n.Cells[0].failures(); len(got) != 1 || got[0] != "cell a: stream bad\n" {
		t.Errorf("failures %q", got)
	}
	content, err := n.encode()
	var compact bytes.Buffer
	if err == nil {
		err = json.Compact(&compact, content)
	}
	want := `{"cells":[{"cell_type":"code","execution_count":1,"id":"a","metadata":{},"outputs":[` +
		`{"name":"stderr","output_type":"stream","text":["bad\n"]},` +
		`{"name":"stdout","output_type":"stream","text":["one\n","two\n","<three>"]},` +
		`{"data":{"image/png":"AAAA"},"metadata":{},"output_type":"display_data"}],"source":["x\n","y"]}],` +
		`"metadata":{"kernelspec":{"display_name":"Go","language":"go","name":"gonb"},` +
		`"language_info":{"file_extension":".go","mimetype":"text/x-go","name":"go"}},"nbformat":4,"nbformat_minor":5}`
	if err != nil || compact.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, compact.String(), want)
	}
}
