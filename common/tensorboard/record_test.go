package tensorboard

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"gorgonia-lectures/common/internal/events"
	"gorgonia-lectures/common/internal/wording"
)

func TestMain(m *testing.M) { os.Exit(wording.Main(m)) }

// RFC 3720, B.4, has the checksum of "123456789"; the mask is that of tensorflow/core/lib/hash/crc32c.h.
func TestMasked(t *testing.T) {
	const sum = 0xe3069283
	if got, want := masked([]byte("123456789")), uint32(sum>>15|sum<<17&math.MaxUint32)+0xa282ead8; got != want {
		t.Errorf("%08x, want %08x", got, want)
	}
}

// recorded has, by run, the events that Keras' callbacks wrote in testdata/record.py.
func recorded(t *testing.T) map[string][]events.Event {
	return runs(t, "testdata/keras")
}

// runs reads the events of the three runs in a folder.
func runs(t *testing.T, folder string) map[string][]events.Event {
	t.Helper()
	all := map[string][]events.Event{}
	for _, run := range []string{"", "train", "validation"} {
		all[run] = events.Run(t, folder+"/"+run)
	}
	return all
}

// Encoding the content of the events of Keras' callbacks gives the same bytes.
func TestSameBytesAsTensorFlow(t *testing.T) {
	compared := map[string]int{}
	for _, list := range recorded(t) {
		for _, e := range list {
			var got []byte
			kind := "version"
			if e.Value != nil {
				kind = e.Value.Plugin
			}
			switch v := e.Value; {
			case e.Version != "":
				got = append(event(e.Time, 0, eventVersion, []byte(e.Version)),
					message(nil).bytes(eventSource, message(nil).text(sourceWriter, "tensorflow.core.util.events_writer"))...)
			case kind == "scalars":
				got = event(e.Time, e.Step, eventSummary, summary(v.Tag, scalars, scalarTensor(v.Numbers[0])))
			case kind == "histograms":
				var table [bucketCount][3]float64
				for i := range table {
					copy(table[i][:], v.Numbers[3*i:])
				}
				got = event(e.Time, e.Step, eventSummary, summary(v.Tag, histograms, bucketsTensor(table)))
			case kind == "graph_keras_model":
				text := tensorOf(dtypeString).bytes(tensorStrings, v.Strings[0])
				got = event(e.Time, e.Step, eventSummary, summary(v.Tag, kerasModel, text))
			case v.Tag == "_hparams_/session_start_info":
				got = sessionOf(t, e)
			case v.Tag == "_hparams_/session_end_info":
				got = event(e.Time, e.Step, eventSummary, sessionEnd(secondsIn(v.Content)))
			default:
				t.Errorf("an event of %s: %s", kind, v.Tag)
				continue
			}
			want := e.Raw
			if kind == "hparams" { // a map's entries have no order
				slices.Sort(got)
				want = slices.Sorted(slices.Values(want))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %x, want %x", kind, got, want)
			}
			compared[kind]++
		}
	}
	for _, kind := range []string{"version", "scalars", "histograms", "graph_keras_model", "hparams"} {
		if compared[kind] == 0 {
			t.Errorf("no event of %s was compared", kind)
		}
	}
}

// sessionOf encodes the hyperparameters of testdata/record.py.
func sessionOf(t *testing.T, e events.Event) []byte {
	t.Helper()
	start, err := sessionStart(secondsIn(e.Value.Content),
		map[string]any{"batch": 3.0, "lr": 0.1, "optimizer": "adam", "reshuffle": false})
	if err != nil {
		t.Fatal(err)
	}
	return event(e.Time, e.Step, eventSummary, start)
}

// The buckets have the same bits as those of tf.summary.histogram.
func TestBuckets(t *testing.T) {
	var cases []struct {
		Data    []float64
		Buckets [bucketCount][3]float64
	}
	content, err := os.ReadFile("testdata/buckets.json")
	if err == nil {
		err = json.Unmarshal(content, &cases)
	}
	if err != nil || len(cases) < 7 {
		t.Fatalf("%d cases (%v)", len(cases), err)
	}
	for i, c := range cases {
		single := make([]float32, len(c.Data))
		for k, v := range c.Data {
			single[k] = float32(v)
		}
		for _, got := range [][bucketCount][3]float64{buckets(single), buckets(c.Data)} {
			if got != c.Buckets {
				t.Errorf("case %d: %v, want %v", i, got, c.Buckets)
			}
		}
	}
}

// Numbers that are not finite are left out, and a range of any width has buckets.
func TestBucketsOfOddNumbers(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name  string
		data  []float64
		count float64
	}{
		{"some", []float64{nan, 1, inf, 2, -inf}, 2},
		{"none", []float64{nan, inf}, 0},
		{"huge", []float64{-math.MaxFloat64, 0, math.MaxFloat64}, 3},
		{"tiny", []float64{0, math.SmallestNonzeroFloat64}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			count := 0.0
			for _, b := range buckets(c.data) {
				count += b[2]
			}
			if count != c.count {
				t.Errorf("%v numbers in the buckets, want %v", count, c.count)
			}
		})
	}
}

// secondsIn is the last double of a plugin's content, a time.
func secondsIn(content []byte) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(content[len(content)-8:]))
}
